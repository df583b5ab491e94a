"""What scenarios wait for and read."""

from __future__ import annotations

from typing import Any

from bot.localslack.reading import reading
from tests.slack.server import SlackServer

Json = dict[str, Any]


def answered(slack: SlackServer, channel: str = "C1", number: int = 0) -> Json:
    """The bot's message of that number in a channel, once it is no longer `Looking`."""

    def ready() -> Json | None:
        posted = [m for m in slack.by_bot(channel) if "files" not in m]
        done = len(posted) > number and not posted[number]["text"].startswith("Looking")
        return posted[number] if done else None

    found: Json = slack.wait(ready)
    return found


def replies(slack: SlackServer, message: Json, least: int) -> list[Json] | None:
    """The replies in the message's thread when there are at least so many."""
    found = slack.thread("C1", message.get("thread_ts") or message["ts"])
    return found if len(found) >= least else None


def read(message: Json) -> str:
    """What a person reads in a message."""
    return reading(message.get("blocks") or []) or str(message.get("text") or "")
