"""The bodies of what Slack sends; docs.slack.dev, "Slash commands", "Events API", "Interactivity"."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.localslack.objects import shown
from bot.localslack.world import APP, BOT_USER, TEAM, Channel, Json

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

_COUNT = itertools.count(1)
_TOKEN = "local"


def command(slack: SlackServer, user: str, channel_id: str, name: str, text: str, team: str = TEAM) -> Json:
    """The form of a slash command; `team` is the workspace of the person."""
    channel = slack.channels.get(channel_id, Channel(channel_id, name=channel_id.lower()))
    return {
        "token": _TOKEN,
        "team_id": team,
        "team_domain": "local",
        "channel_id": channel_id,
        "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": user,
        "user_name": _name(slack, user),
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": slack.new_response_url(channel_id, user),
        "trigger_id": slack.new_trigger(user),
    }


def event(inner: Json, event_id: str | None = None) -> Json:
    """The envelope of an event."""
    return {
        "token": _TOKEN,
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": inner,
        "event_id": event_id or f"Ev{next(_COUNT)}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
    }


def said(message: Json, channel: Channel, team: str = TEAM) -> Json:
    """A message as an event tells of it."""
    hidden = ("earlier", "reactions")
    told = {name: value for name, value in message.items() if name not in hidden}
    thread = message.get("thread_ts")
    parent = channel.find(thread) if thread and thread != message["ts"] else None
    if parent is not None:
        told["parent_user_id"] = parent.get("user")
    return {**told, "team": team, "user_team": team, "channel": channel.id, "event_ts": message["ts"]}


def links(message: Json, channel: Channel, shared: Sequence[tuple[str, str]]) -> Json:
    """The event that tells of addresses in a message, each with its domain."""
    listed = [{"url": url, "domain": domain} for url, domain in shared]
    event: Json = {"type": "link_shared", "user": message["user"], "channel": channel.id, "links": listed}
    event |= {"message_ts": message["ts"], "source": "conversations_history", "event_ts": message["ts"]}
    event |= {"unfurl_id": f"{channel.id}.{message['ts']}", "is_bot_user_member": channel.has_bot}
    return {**event, **({"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {})}


def interaction(slack: SlackServer, kind: str, user: str, team: str = TEAM, view: str = "") -> Json:
    """What every interaction has; its trigger remembers the view it happened in."""
    return {
        "type": kind,
        "token": _TOKEN,
        "user": {"id": user, "username": _name(slack, user), "name": _name(slack, user), "team_id": team},
        "team": {"id": TEAM, "domain": "local"},
        "api_app_id": APP,
        "trigger_id": slack.new_trigger(user, view),
    }


def in_message(slack: SlackServer, user: str, channel_id: str, message: Json) -> Json:
    """What an interaction with a message has beside that; of one that only one person sees, Slack does not
    send the content."""
    channel = slack.channel(channel_id)
    alone = "only_for" in message
    container: Json = {"type": "message", "message_ts": message["ts"], "channel_id": channel_id}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    url = slack.new_response_url(channel_id, user, message["ts"])
    return {
        "container": {**container, "is_ephemeral": alone},
        "channel": {"id": channel_id, "name": channel.name or "directmessage"},
        "response_url": url,
        **({} if alone else {"message": shown(channel, message)}),
    }


def in_card(slack: SlackServer, user: str, channel_id: str, message: Json, card: Json) -> Json:
    """What an interaction with a card under a link has: it comes without the message that has the link."""
    told = in_message(slack, user, channel_id, message)
    told.pop("message", None)
    about = {"type": "message_attachment", "attachment_id": card["id"]}
    about |= {"is_app_unfurl": True, "app_unfurl_url": card["from_url"]}
    return {**told, "container": {**told["container"], **about}, "app_unfurl": card}


def in_view(view: Json, state: Json) -> Json:
    """What an interaction within a modal or home tab has beside that."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": {**view, "state": state}}


def action(element: Json, block: Json, stamp: str | None = None) -> Json:
    """What every action has; what was chosen is added by the caller."""
    base: Json = {"type": element["type"], "action_id": element.get("action_id", "")}
    if element["type"] == "button":
        base |= {name: element[name] for name in ("text", "value", "style") if name in element}
    return {
        **base,
        "block_id": block.get("block_id", "b"),
        "action_ts": stamp or f"{time.time():.6f}",
    }


def _name(slack: SlackServer, user: str) -> str:
    person = slack.people.get(user)
    return person.name.lower().replace(" ", ".") if person else user.lower()
