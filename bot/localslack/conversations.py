"""conversations.*, users.* and usergroups.*; docs.slack.dev, "Methods"."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.localslack.objects import shown
from bot.localslack.world import BOT_USER, TEAM, Channel, Group, Json, Refused

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer


def _replies(slack: SlackServer, arguments: Json) -> Json:
    """A thread page by page; for a reply's time stamp that reply alone, as Slack gives it."""
    channel = slack.open_channel(arguments)
    ts = str(arguments.get("ts"))
    if channel.find(ts) is None:
        raise Refused("thread_not_found")
    found = [m for m in channel.messages if m["ts"] == ts or m.get("thread_ts") == ts]
    page, more = _page(found, arguments, 1_000)
    return {"messages": [_seen(channel, m, arguments) for m in page], **more}


def _history(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.open_channel(arguments)
    oldest, latest = arguments.get("oldest"), arguments.get("latest")
    found = [m for m in channel.messages if m.get("thread_ts", m["ts"]) == m["ts"]]
    found = [m for m in found if _between(float(m["ts"]), oldest, latest, arguments)]
    page, more = _page(found[::-1], arguments, 100)
    return {"messages": [_seen(channel, m, arguments) for m in page], **more}


def _between(ts: float, oldest: Any, latest: Any, arguments: Json) -> bool:
    after, before = float(oldest or 0), float(latest or "inf")
    inclusive = str(arguments.get("inclusive")).lower() in ("1", "true")
    return after <= ts <= before if inclusive else after < ts < before


def _page(found: list[Json], arguments: Json, most: int) -> tuple[list[Json], Json]:
    try:
        first, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or most)
    except ValueError:
        raise Refused("invalid_cursor") from None
    if limit > 1_000 or limit < 1:
        raise Refused("invalid_limit")
    has_more = first + limit < len(found)
    cursor = {"response_metadata": {"next_cursor": str(first + limit)}} if has_more else {}
    return found[first : first + limit], {"has_more": has_more, **cursor}


def _seen(channel: Channel, message: Json, arguments: Json) -> Json:
    """A message as history gives it: metadata only when it is asked for."""
    wanted = str(arguments.get("include_all_metadata")).lower() in ("1", "true")
    seen = shown(channel, message)
    return {name: value for name, value in seen.items() if wanted or name != "metadata"}


def described(channel: Channel) -> Json:
    """A conversation object."""
    direct = channel.kind == "im"
    who: Json = {"user": channel.user} if direct else {"name": channel.name or channel.id.lower()}
    return {
        "id": channel.id,
        **who,
        "is_im": direct,
        "is_channel": channel.kind == "channel",
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_member": channel.has_bot,
        "topic": {"value": channel.topic},
    }


def _info(slack: SlackServer, arguments: Json) -> Json:
    channel = slack.channels.get(str(arguments.get("channel")))
    if channel is None:
        raise Refused("channel_not_found")
    return {"channel": described(channel)}


def _list(slack: SlackServer, arguments: Json) -> Json:
    kinds = str(arguments.get("types") or "public_channel").split(",")
    wanted = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    shut_out = str(arguments.get("exclude_archived")).lower() in ("1", "true")
    found = [
        described(channel)
        for channel in slack.channels.values()
        if channel.kind in {wanted.get(kind) for kind in kinds} and not (shut_out and channel.archived)
    ]
    page, more = _page(found, arguments, 100)
    return {"channels": page, **{name: value for name, value in more.items() if name != "has_more"}}


def _open(slack: SlackServer, arguments: Json) -> Json:
    """The direct message with one person; several people at once are not served here."""
    users = str(arguments.get("users") or "").split(",")
    if users == [""]:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("not_enough_users")
    if not slack.knows(users[0]):
        raise Refused("user_not_found")
    return {"channel": {"id": slack.dm(users[0]).id}}


def _user(slack: SlackServer, arguments: Json) -> Json:
    person = slack.people.get(str(arguments.get("user")))
    if person is None:
        raise Refused("user_not_found")
    profile = {"real_name": person.name, "display_name": person.name, "title": person.title}
    named = {"name": person.name.lower().replace(" ", "."), "real_name": person.name}
    bot = person.id == BOT_USER
    return {"user": {"id": person.id, "team_id": TEAM, **named, "profile": profile, "is_bot": bot}}


def _group(group: Group) -> Json:
    name = group.name or group.handle
    return {"id": group.id, "team_id": TEAM, "handle": group.handle, "name": name, "is_usergroup": True,
            "user_count": len(group.users)}  # fmt: skip


def _groups(slack: SlackServer, arguments: Json) -> Json:
    with_users = str(arguments.get("include_users")).lower() in ("1", "true")
    return {
        "usergroups": [
            {**_group(group), **({"users": list(group.users)} if with_users else {})}
            for group in slack.groups.values()
        ]
    }


def _group_users(slack: SlackServer, arguments: Json) -> Json:
    group = slack.groups.get(str(arguments.get("usergroup")))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


CONVERSATION_METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "conversations.history": _history,
    "conversations.info": _info,
    "conversations.list": _list,
    "conversations.open": _open,
    "conversations.replies": _replies,
    "usergroups.list": _groups,
    "usergroups.users.list": _group_users,
    "users.info": _user,
}
