"""What Slack's JSON says of messages and files."""

from __future__ import annotations

import mimetypes
import struct

from bot.localslack.world import Channel, Json

_TEXT_TYPES = {"md": "markdown", "txt": "text", "go": "go", "diff": "diff", "patch": "diff", "yaml": "yaml"}
_PNG = b"\x89PNG\r\n\x1a\n"


def file_kind(name: str, content: bytes) -> Json:
    """The type of a file by its name; the size of a PNG by its header."""
    ending = name.rpartition(".")[2].lower()
    if ending in _TEXT_TYPES:
        return {"filetype": _TEXT_TYPES[ending], "mimetype": "text/plain"}
    guessed = mimetypes.guess_type(name)[0] or (
        "application/octet-stream" if b"\0" in content else "text/plain"
    )
    found: Json = {"filetype": ending if ending and guessed != "text/plain" else "text", "mimetype": guessed}
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        found |= {"filetype": "png", "mimetype": "image/png", "original_w": width, "original_h": height}
    elif b"\0" in content and guessed == "text/plain":
        found["filetype"] = "binary"
    return found


def shown(channel: Channel, message: Json) -> Json:
    """A message as Slack gives it: a thread's first message with the count of its replies."""
    kept = {name: value for name, value in message.items() if name != "earlier"}
    replies = channel.under(message["ts"])
    if replies:
        users = list(dict.fromkeys(reply["user"] for reply in replies))
        kept |= {"thread_ts": message["ts"], "reply_count": len(replies), "reply_users": users[:5]}
        kept |= {"reply_users_count": len(users), "latest_reply": replies[-1]["ts"]}
    return kept
