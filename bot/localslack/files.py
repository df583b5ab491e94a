"""files.*: an address is asked for, the bytes are sent there, the upload is completed; docs.slack.dev."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.localslack.world import BOT_ID, BOT_USER, Json, Refused

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

MAX_ALT = 1_000


def _upload_url(slack: SlackServer, arguments: Json) -> Json:
    name, length = arguments.get("filename"), arguments.get("length")
    if not name or not str(length).isdigit() or int(str(length)) == 0:
        raise Refused("invalid_arguments")
    alt = str(arguments.get("alt_txt") or "")
    if len(alt) > MAX_ALT:
        raise Refused("alt_txt_too_large")
    file_id = f"F{slack.number()}"
    made = {"id": file_id, "name": name, "length": int(str(length)), "posted": False, "alt_txt": alt}
    slack.files[file_id] = made
    return {"file_id": file_id, "upload_url": f"{slack.origin}/upload/{file_id}"}


def _complete_upload(slack: SlackServer, arguments: Json) -> Json:
    done = []
    for wanted in _listed(arguments.get("files")):
        file = slack.files.get(str(wanted.get("id")))
        if file is None or "content" not in file or file["posted"]:
            raise Refused("file_not_found")
        done.append((file, str(wanted.get("title") or file["name"])))
    if not done:
        raise Refused("invalid_arguments")
    channel = (
        slack.open_channel({"channel": arguments["channel_id"]}) if arguments.get("channel_id") else None
    )
    objects = []
    for file, title in done:
        file.update(posted=True, title=title)
        alt = {"alt_txt": file["alt_txt"]} if file["alt_txt"] else {}
        objects.append(slack.share(file["id"], file["name"], file["raw"], title=title, user=BOT_USER, **alt))
    if channel is not None:
        message: Json = {"user": BOT_USER, "bot_id": BOT_ID, "files": objects}
        message["text"] = str(arguments.get("initial_comment") or "")
        if arguments.get("thread_ts"):
            message["thread_ts"] = arguments["thread_ts"]
        slack.post(channel, message)
    return {"files": [{"id": file["id"], "title": file["title"]} for file in objects]}


def _info(slack: SlackServer, arguments: Json) -> Json:
    shared = slack.shared.get(str(arguments.get("file")))
    if shared is None:
        raise Refused("file_not_found")
    return {"file": shared.info}


def _listed(value: Any) -> Sequence[Mapping[str, Any]]:
    try:
        found = json.loads(value) if isinstance(value, str) else value or []
    except ValueError:
        raise Refused("invalid_arguments") from None
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise Refused("invalid_arguments")
    return found


FILE_METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "files.completeUploadExternal": _complete_upload,
    "files.getUploadURLExternal": _upload_url,
    "files.info": _info,
}
