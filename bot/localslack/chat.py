"""chat.* and reactions.add; docs.slack.dev, "Methods". Each gives what stands beside `ok`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.localslack.reading import urls_in
from bot.localslack.world import APP, BOT_ID, BOT_USER, Channel, Json, Refused

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

MAX_METADATA = 8_000


def _post(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    slack.check_message(arguments)
    _check_metadata(arguments)
    thread = arguments.get("thread_ts")
    if thread and channel.find(str(thread)) is None:
        raise Refused("thread_not_found")
    message = slack.post(channel, {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP, **_kept(arguments)})
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _update(slack: SlackServer, arguments: Json) -> Json:
    channel, message = _own(slack, arguments, "cant_update_message")
    slack.check_message(arguments)
    _check_metadata(arguments)
    changed = {k: v for k, v in _kept(arguments).items() if k != "thread_ts"}
    message.setdefault("earlier", []).append(message.get("text"))
    slack.change(channel, message, **changed, edited={"user": BOT_USER, "ts": slack.new_ts()})
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def _delete(slack: SlackServer, arguments: Json) -> Json:
    """A message with replies stays as a tombstone, so that the thread stands."""
    channel, message = _own(slack, arguments, "cant_delete_message")
    if channel.under(message["ts"]):
        for name in ("blocks", "files", "attachments", "metadata"):
            message.pop(name, None)
        gone = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
        slack.change(channel, message, **gone, hidden=True)
    else:
        slack.remove(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def _check_metadata(arguments: Json) -> None:
    """Metadata has an event type and a payload, 8 KB together."""
    metadata = arguments.get("metadata")
    if not metadata:
        return
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("event_payload"), Mapping):
        raise Refused("invalid_metadata_format")
    if not metadata.get("event_type"):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise Refused("metadata_too_large")


def _own(slack: SlackServer, arguments: Json, refusal: str) -> tuple[Channel, Json]:
    """The bot's own message that is named; a person's id is no channel here."""
    if str(arguments.get("channel"))[:1] in ("U", "W"):
        raise Refused("channel_not_found")
    channel = slack.open_channel(arguments)
    message = channel.find(str(arguments.get("ts")))
    if message is None:
        raise Refused("message_not_found")
    if message["user"] != BOT_USER:
        raise Refused(refusal)
    return channel, message


def _post_ephemeral(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    if not slack.knows(str(arguments.get("user"))):
        raise Refused("user_not_in_channel")
    kept = {name: value for name, value in arguments.items() if name != "token"}
    return {"message_ts": slack.whisper({**kept, "channel": channel.id, "bot_id": BOT_ID})["ts"]}


def _permalink(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    ts = str(arguments.get("message_ts"))
    if (message := channel.find(ts)) is None:
        raise Refused("message_not_found")
    link = f"{slack.site}/archives/{channel.id}/p{ts.replace('.', '')}"
    thread = message.get("thread_ts")
    more = f"?thread_ts={thread}&cid={channel.id}" if thread and thread != ts else ""
    return {"channel": channel.id, "permalink": link + more}


def _unfurl(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.channels.get(str(arguments.get("channel")))
    if channel is None:
        raise Refused("cannot_find_channel")
    message = channel.find(str(arguments.get("ts")))
    if message is None:
        raise Refused("cannot_find_message")
    unfurls = arguments.get("unfurls")
    if not unfurls:
        raise Refused("missing_unfurls")
    if not isinstance(unfurls, Mapping) or not all(isinstance(each, Mapping) for each in unfurls.values()):
        raise Refused("invalid_unfurls_format")
    attachments = list(message.get("attachments") or ())
    attachments = [each for each in attachments if each.get("from_url") not in unfurls]
    for url, shown in unfurls.items():
        attachments.append(_attached(slack, message, str(url), shown, len(attachments) + 1))
    slack.unfurls.append(arguments)
    slack.change(channel, message, attachments=attachments)
    return {}


def _attached(slack: SlackServer, message: Json, url: str, shown: Mapping[str, Any], number: int) -> Json:
    if url not in urls_in(str(message.get("text") or "")):
        raise Refused("cannot_unfurl_message")
    if not slack.app.unfurls(url):
        raise Refused("cannot_unfurl_url")
    if shown.get("blocks"):
        slack.check_message({"blocks": shown["blocks"]})
    return {
        "id": number,
        "from_url": url,
        "app_unfurl_url": url,
        "is_app_unfurl": True,
        "app_id": APP,
        **shown,
    }


def _react(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    message = channel.find(str(arguments.get("timestamp")))
    if message is None:
        raise Refused("message_not_found")
    name = str(arguments.get("name") or "").strip(":")
    if not name or not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise Refused("invalid_name")
    slack.react(channel, message, name, BOT_USER)
    return {}


def _kept(arguments: Json) -> Json:
    names = ("text", "blocks", "metadata", "thread_ts")
    return {name: arguments[name] for name in names if arguments.get(name) is not None}


CHAT_METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "chat.delete": _delete,
    "chat.getPermalink": _permalink,
    "chat.postEphemeral": _post_ephemeral,
    "chat.postMessage": _post,
    "chat.unfurl": _unfurl,
    "chat.update": _update,
    "reactions.add": _react,
}
