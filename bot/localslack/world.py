"""What a Slack holds: its names, channels, people, files, the faults that can be set, and how it refuses."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

BOT_TOKEN = "xoxb-local"
APP_TOKEN = "xapp-local"
BOT_USER = "UBOT"
BOT_ID = "B1"
APP = "A1"
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
        "im:write",
        "mpim:history",
        "reactions:read",
        "links:read",
        "links:write",
        "usergroups:read",
    }
)

Json = dict[str, Any]


class Refused(Exception):
    """`ok: false` with this error."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


def told(found: list[str]) -> Json:
    """How Slack tells what is wrong with blocks or a view, beside the error."""
    return {"errors": found, "response_metadata": {"messages": [f"[ERROR] {each}" for each in found]}}


class RateLimited(Exception):
    """HTTP 429: the same call may be made again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Person:
    """Somebody who writes here; `title` as in their profile."""

    id: str
    name: str
    title: str = ""


@dataclass(frozen=True)
class Group:
    """A user group and who is in it."""

    id: str
    handle: str
    name: str = ""
    users: tuple[str, ...] = ()


@dataclass
class Channel:
    """A channel and its messages, oldest first; `D...` is the direct message of `user` with the bot."""

    id: str
    has_bot: bool = True
    archived: bool = False
    messages: list[Json] = field(default_factory=list)
    name: str = ""
    topic: str = ""
    user: str = ""

    @property
    def kind(self) -> str:
        """As events name it: channel, group or im."""
        return {"D": "im", "G": "group"}.get(self.id[:1], "channel")

    def find(self, ts: str) -> Json | None:
        return next((message for message in self.messages if message["ts"] == ts), None)

    def under(self, ts: str) -> list[Json]:
        """The replies in a message's thread."""
        return [m for m in self.messages if m.get("thread_ts") == ts and m["ts"] != ts]


@dataclass
class Shared:
    """A file: what Slack says of it, its bytes, and where its address redirects to."""

    info: Json
    content: bytes
    redirect: str = ""
    asked: list[str] = field(default_factory=list)
    """The tokens with which it was downloaded."""


@dataclass(frozen=True)
class Trigger:
    """What a person did last: it opens one view, soon. `view` is the view it was done in."""

    at: float = field(default_factory=time.monotonic)
    user: str = HUMAN
    view: str = ""


@dataclass
class Address:
    """What a response_url belongs to: a person in a channel, and the message that was pressed, if any."""

    channel: str = ""
    user: str = ""
    ts: str = ""
    at: float = field(default_factory=time.monotonic)
    uses: int = 0


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call. `done` lets the call take effect and then loses the reply."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    drop: bool = False
    done: bool = False
