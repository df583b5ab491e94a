"""Opening modals: a trigger lives for 3 seconds, so a modal is opened before Slack is answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient

from bot.render.blocks import Block
from handlers.web import NETWORK, web_client

LOG = logging.getLogger("covcheck.slack")

NOT_OPENED = "Slack did not open the form in time. Try it again."


class Opener:
    """Opens modals with a client that waits 2 seconds at most."""

    def __init__(self, client: WebClient) -> None:
        self._client = web_client(str(client.token), base_url=client.base_url, timeout=2)

    def open(self, body: Mapping[str, Any], view: Block) -> str | None:
        """Show a modal to who sent a command, pressed a button or used a shortcut, and give its id; None: it
        was too late."""
        try:
            reply = self._client.views_open(trigger_id=str(body["trigger_id"]), view=view)
        except NETWORK as error:
            LOG.info("a modal was not opened: %s", type(error).__name__)
            return None
        held: Mapping[str, Any] = reply.get("view") or {}
        return str(held.get("id"))

    def replace(self, view_id: str, view: Block) -> bool:
        """Put another content into an open modal; False: it was closed, or Slack did not take it in time."""
        try:
            self._client.views_update(view_id=view_id, view=view)
        except NETWORK as error:
            LOG.info("a modal was not changed: %s", type(error).__name__)
            return False
        return True
