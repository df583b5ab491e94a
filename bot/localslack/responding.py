"""Replies by response_url; docs.slack.dev, "Handling user interaction": 5 uses within 30 minutes, private
unless `response_type` is `in_channel`, instead of the message that was pressed where that is asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.localslack.world import BOT_ID, BOT_USER, Address, Json, Refused

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

USES = 5
SECONDS = 30 * 60


def respond(slack: SlackServer, name: str, arguments: Json) -> None:
    """Do what a reply says. Raises Refused: `expired_url`, `used_url`, what is wrong with the message."""
    with slack.changing():
        address = slack.addresses.get(name)
        if address is None or time.monotonic() - address.at > SECONDS:
            raise Refused("expired_url")
        if address.uses >= USES:
            raise Refused("used_url")
        address.uses += 1
        slack.responses[name].append(arguments)
        if _true(arguments, "delete_original") or _true(arguments, "replace_original"):
            _in_place(slack, address, arguments)
        elif arguments.get("response_type") == "in_channel":
            slack.check_message(arguments)
            content = {**_content(arguments), "user": BOT_USER, "bot_id": BOT_ID}
            slack.post(slack.channel(address.channel), content)
        else:
            slack.whisper({**arguments, "user": address.user, "channel": address.channel})


def _in_place(slack: SlackServer, address: Address, arguments: Json) -> None:
    """Replace or delete the message that was pressed; without one there is nothing to replace."""
    gone = _true(arguments, "delete_original")
    if not gone:
        slack.check_message(arguments)
    whisper = slack.whispered(address.ts, address.user)
    channel = slack.channels.get(address.channel)
    message = channel.find(address.ts) if channel is not None else None
    if whisper is not None:
        slack.rewhisper(whisper, None if gone else _content(arguments))
    elif channel is None or message is None or message["user"] != BOT_USER:
        raise Refused("message_not_found")
    elif gone:
        slack.remove(channel, message)
    else:
        content = {"blocks": [], **_content(arguments)}
        slack.change(channel, message, **content, edited={"user": BOT_USER, "ts": slack.new_ts()})


def _content(arguments: Json) -> Json:
    names = ("text", "blocks", "thread_ts", "metadata")
    return {name: arguments[name] for name in names if arguments.get(name)}


def _true(arguments: Json, name: str) -> bool:
    return str(arguments.get(name)).lower() in ("1", "true")
