"""The Web API methods the bot uses; docs.slack.dev, "Methods". Each gives what stands beside `ok`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.localslack.views import VIEW_METHODS
from bot.localslack.world import BOT_USER, TEAM, Json, Refused

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

_HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history", "M": "mpim:history"}


def _auth_test(slack: SlackServer, _: Json) -> Json:
    return {
        "url": slack.origin,
        "team": "local",
        "user": "covcheck",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": "B1",
    }


def _post_message(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    slack.check_message(arguments)
    thread = arguments.get("thread_ts")
    if thread and channel.find(str(thread)) is None:
        raise Refused("thread_not_found")
    message = {
        "type": "message",
        "user": BOT_USER,
        "bot_id": "B1",
        "ts": slack.new_ts(),
        **_kept(arguments),
    }
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _update(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    message = channel.find(str(arguments.get("ts")))
    if message is None:
        raise Refused("message_not_found")
    if message["user"] != BOT_USER:
        raise Refused("cant_update_message")
    slack.check_message(arguments)
    changed = {k: v for k, v in _kept(arguments).items() if k != "thread_ts"}
    message.setdefault("earlier", []).append(message.get("text"))
    message.update(changed, edited={"user": BOT_USER, "ts": slack.new_ts()})
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}


def _post_ephemeral(slack: SlackServer, arguments: Json) -> Json:
    slack.open_channel(arguments)
    slack.check_message(arguments)
    slack.whispers.append(arguments)
    return {"message_ts": slack.new_ts()}


def _permalink(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    ts = str(arguments.get("message_ts"))
    if channel.find(ts) is None:
        raise Refused("message_not_found")
    return {"channel": channel.id, "permalink": f"https://local.slack.example/archives/{channel.id}/p{ts}"}


def _replies(slack: SlackServer, arguments: Json) -> Json:
    """A thread page by page; for a reply's time stamp that reply alone, as Slack gives it."""
    channel = slack.open_channel(arguments)
    ts = arguments.get("ts")
    if channel.find(str(ts)) is None:
        raise Refused("thread_not_found")
    found = [m for m in channel.messages if m["ts"] == ts or m.get("thread_ts") == ts]
    first, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 1_000)
    page = [_shown(m, arguments) for m in found[first : first + limit]]
    more = first + limit < len(found)
    cursor = {"response_metadata": {"next_cursor": str(first + limit)}} if more else {}
    return {"messages": page, "has_more": more, **cursor}


def _history(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    found = [m for m in channel.messages if m.get("thread_ts", m["ts"]) == m["ts"]]
    newest = found[::-1][: int(arguments.get("limit", 100))]
    return {"messages": [_shown(m, arguments) for m in newest], "has_more": len(found) > len(newest)}


def _upload_url(slack: SlackServer, arguments: Json) -> Json:
    name, length = arguments.get("filename"), arguments.get("length")
    if not name or not str(length).isdigit() or int(str(length)) == 0:
        raise Refused("invalid_arguments")
    alt = str(arguments.get("alt_txt") or "")
    if len(alt) > 1_000:
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
        file.update(posted=True, title=wanted.get("title") or file["name"])
        done.append(file)
    if arguments.get("channel_id"):
        channel = slack.open_channel({"channel": arguments["channel_id"]})
        message = {"type": "message", "user": BOT_USER, "text": "", "ts": slack.new_ts(), "files": done}
        if arguments.get("thread_ts"):
            message["thread_ts"] = arguments["thread_ts"]
        channel.messages.append(message)
    return {"files": [{"id": file["id"], "title": file["title"]} for file in done]}


def _file_info(slack: SlackServer, arguments: Json) -> Json:
    shared = slack.shared.get(str(arguments.get("file")))
    if shared is None:
        raise Refused("file_not_found")
    return {"file": shared.info}


def _user(slack: SlackServer, arguments: Json) -> Json:
    name = slack.people.get(str(arguments.get("user")))
    if name is None:
        raise Refused("user_not_found")
    return {"user": {"id": arguments["user"], "name": name.lower(), "profile": {"real_name": name}}}


def _open_connection(slack: SlackServer, _: Json) -> Json:
    return {"url": slack.sockets.url}


METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "apps.connections.open": _open_connection,
    "auth.test": _auth_test,
    "chat.getPermalink": _permalink,
    "chat.postEphemeral": _post_ephemeral,
    "chat.postMessage": _post_message,
    "chat.update": _update,
    "conversations.history": _history,
    "conversations.replies": _replies,
    "files.completeUploadExternal": _complete_upload,
    "files.getUploadURLExternal": _upload_url,
    "files.info": _file_info,
    "users.info": _user,
    **VIEW_METHODS,
}
_SCOPES = {
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
}


def scope_of(method: str, arguments: Json) -> str | None:
    """The scope that a call needs; that of `conversations.*` depends on the kind of channel."""
    if method.startswith("conversations."):
        return _HISTORY.get(str(arguments.get("channel"))[:1])
    return _SCOPES.get(method)


def _kept(arguments: Json) -> Json:
    names = ("text", "blocks", "metadata", "thread_ts")
    return {name: arguments[name] for name in names if arguments.get(name) is not None}


def _shown(message: Json, arguments: Json) -> Json:
    """A message as history gives it: metadata only when it is asked for."""
    wanted = str(arguments.get("include_all_metadata")).lower() in ("1", "true")
    return {name: value for name, value in message.items() if wanted or name != "metadata"}


def _listed(value: Any) -> Sequence[Mapping[str, Any]]:
    return json.loads(value) if isinstance(value, str) else value or []
