"""What a Slack holds: its names, channels, the faults that can be set, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BOT_TOKEN = "xoxb-local"
APP_TOKEN = "xapp-local"
BOT_USER = "UBOT"
TEAM = "T1"
HUMAN = "U1"
SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "im:history",
        "mpim:history",
        "reactions:read",
    }
)

Json = dict[str, Any]


class Refused(Exception):
    """`ok: false` with this error."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


@dataclass
class Channel:
    """A channel and its messages, oldest first; `D...` is a direct message with the bot."""

    id: str
    has_bot: bool = True
    archived: bool = False
    messages: list[Json] = field(default_factory=list)

    def find(self, ts: str) -> Json | None:
        return next((message for message in self.messages if message["ts"] == ts), None)


@dataclass
class Shared:
    """A file that a person uploaded: what Slack says of it, its bytes, and where its address redirects to."""

    info: Json
    content: bytes
    redirect: str = ""
    asked: list[str] = field(default_factory=list)
    """The tokens with which it was downloaded."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call. `done` lets the call take effect and then loses the reply."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    drop: bool = False
    done: bool = False
