"""The package's local Slack with Socket Mode beside HTTP."""

from __future__ import annotations

from bot.localslack import server
from bot.localslack.world import SCOPES
from tests.slack.socket import SocketMode


class SlackServer(server.SlackServer):
    """As `bot.localslack.server.SlackServer`; Socket Mode is there when first asked for."""

    def __init__(self, scopes: frozenset[str] = SCOPES) -> None:
        super().__init__(scopes, SocketMode)
