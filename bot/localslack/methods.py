"""The Web API methods that are served, and the scope that each needs; docs.slack.dev, "Methods"."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.localslack.chat import CHAT_METHODS
from bot.localslack.conversations import CONVERSATION_METHODS
from bot.localslack.files import FILE_METHODS
from bot.localslack.views import VIEW_METHODS
from bot.localslack.world import BOT_ID, BOT_USER, TEAM, Json

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

_HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history", "M": "mpim:history"}
_READ = {"C": "channels:read", "G": "groups:read", "D": "im:read", "M": "mpim:read"}
_SCOPES = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.unfurl": "links:write",
    "chat.update": "chat:write",
    "conversations.list": "channels:read",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
}


def _auth_test(slack: SlackServer, _: Json) -> Json:
    named = {"url": slack.origin, "team": "local", "user": "covcheck"}
    return {**named, "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID}


def _open_connection(slack: SlackServer, _: Json) -> Json:
    return {"url": slack.sockets.url}


METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "apps.connections.open": _open_connection,
    "auth.test": _auth_test,
    **CHAT_METHODS,
    **CONVERSATION_METHODS,
    **FILE_METHODS,
    **VIEW_METHODS,
}


def scope_of(method: str, arguments: Json) -> str | None:
    """The scope that a call needs; that of `conversations.*` depends on the kind of channel."""
    kind = str(arguments.get("channel"))[:1]
    if method in ("conversations.history", "conversations.replies"):
        return _HISTORY.get(kind)
    if method == "conversations.info":
        return _READ.get(kind)
    return _SCOPES.get(method)
