"""Modals and home tabs as Slack keeps them: rules of views, views.open, update and publish.

Rules: docs.slack.dev, "Views", "Input block", "Plain-text input": title, submit and close 24 characters, 100
blocks, private_metadata 3,000, callback_id 255, block ids once, a field's initial value within its bounds, a
submit label where there are inputs. A trigger opens one view within 3 seconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bot.localslack.elements import Typed, element_faults, held
from bot.localslack.limits import faults
from bot.localslack.world import APP, BOT_ID, TEAM, Json, Refused, Trigger

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

TRIGGER_SECONDS = 3.0
MAX_VIEW = 250_000
MAX_STACK = 3


def view_faults(view: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a view, in words for the reader of a failing test."""
    if view.get("type") not in ("modal", "home"):
        yield f"unknown view type {view.get('type')!r}"
    if view.get("type") == "modal":
        yield from _label(view, "title", 24)
    blocks = view.get("blocks") or []
    if not 0 < len(blocks) <= 100:
        yield f"{len(blocks)} blocks"
    for name in ("submit", "close"):
        if name in view:
            yield from _label(view, name, 24)
    if any(block.get("type") == "input" for block in blocks) and view.get("type") == "modal":
        yield from _label(view, "submit", 24)
    for name, limit in (("private_metadata", 3_000), ("callback_id", 255)):
        if len(str(view.get(name) or "")) > limit:
            yield f"{name} over {limit}"
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "a block_id stands twice"
    for block in blocks:
        yield from _input(block) if block.get("type") == "input" else faults(block)
    if len(json.dumps(view)) > MAX_VIEW:
        yield "over 250 KB"


def _label(holder: Mapping[str, Any], name: str, limit: int) -> Iterator[str]:
    value = holder.get(name)
    if not isinstance(value, Mapping) or value.get("type") != "plain_text":
        yield f"{name} is no plain text"
    elif not 0 < len(str(value.get("text") or "")) <= limit:
        yield f"{name} of {len(str(value.get('text') or ''))} characters, allowed 1 to {limit}"


def _input(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _label(block, "label", 2_000)
    if "hint" in block:
        yield from _label(block, "hint", 2_000)
    yield from element_faults(block.get("element") or {})


def _checked(slack: SlackServer, arguments: Json, kind: str) -> Json:
    view = arguments.get("view") or {}
    wrong = [*view_faults(view), *([f"no {kind}"] if view.get("type") != kind else [])]
    if wrong:
        slack.violations.append(f"view: {wrong}")
        raise Refused("invalid_arguments", response_metadata={"messages": wrong})
    return dict(view)


def _exchanged(slack: SlackServer, arguments: Json) -> Trigger:
    """The trigger that is named, used up by this. Raises Refused when it is unknown, used or too old."""
    name = str(arguments.get("trigger_id"))
    if name in slack.exchanged:
        raise Refused("exchanged_trigger_id")
    trigger = slack.triggers.get(name)
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if time.monotonic() - trigger.at > TRIGGER_SECONDS:
        raise Refused("expired_trigger_id")
    slack.exchanged.add(name)
    return trigger


def _open(slack: SlackServer, arguments: Json) -> Json:
    """A new modal; what the person had open is gone."""
    view = _checked(slack, arguments, "modal")
    user = _exchanged(slack, arguments).user
    for known in stack(slack, user):
        drop(slack, known)
    return {"view": keep(slack, view, f"V{slack.number()}", user)}


def _push(slack: SlackServer, arguments: Json) -> Json:
    """A view over the one that was acted in; three at most."""
    view = _checked(slack, arguments, "modal")
    trigger = _exchanged(slack, arguments)
    below = slack.views.get(trigger.view)
    if below is None:
        raise Refused("not_found")
    return {"view": push(slack, below, view)}


def push(slack: SlackServer, below: Json, view: Json) -> Json:
    """Put a view over another. Raises Refused when three are open."""
    user = slack.owners[below["id"]]
    if len(stack(slack, user)) >= MAX_STACK:
        raise Refused("push_limit_reached")
    more = {"root_view_id": below["root_view_id"], "previous_view_id": below["id"]}
    return keep(slack, view, f"V{slack.number()}", user, **more)


def stack(slack: SlackServer, user: str) -> list[Json]:
    """The modals that a person has open, the lowest first."""
    modals = [view for view in slack.views.values() if view["type"] == "modal"]
    return [view for view in modals if slack.owners.get(view["id"]) == user]


def drop(slack: SlackServer, view: Json) -> None:
    """A modal is gone; a view that was updated meanwhile under its id is meant, too."""
    slack.views.pop(view["id"], None)
    user = slack.owners.pop(view["id"], None)
    slack.journal.add("view_closed", user=user, view_id=view["id"])


def _update(slack: SlackServer, arguments: Json) -> Json:
    known = slack.views.get(str(arguments.get("view_id")))
    if known is None:
        wanted = arguments.get("external_id")
        known = next((v for v in slack.views.values() if wanted and v.get("external_id") == wanted), None)
    if known is None:
        raise Refused("not_found")
    if arguments.get("hash") not in (None, "", known["hash"]):
        raise Refused("hash_conflict")
    return {"view": update(slack, known, _checked(slack, arguments, "modal"))}


def update(slack: SlackServer, known: Json, view: Json) -> Json:
    """Replace a view by another in its place."""
    kept = {name: known[name] for name in ("root_view_id", "previous_view_id")}
    return keep(slack, view, known["id"], slack.owners[known["id"]], **kept)


def answered(slack: SlackServer, view: Json, answer: Json) -> dict[str, str]:
    """What the answer to a submission does: errors (given back, by `block_id`), another view, or the end.

    Raises Refused for an answer that Slack does not understand or a view that it does not take.
    """
    action = answer.get("response_action")
    if action == "errors":
        return _errors(view, answer.get("errors"))
    with slack.changing():
        if view["id"] not in slack.owners:
            return {}
        if action == "update":
            update(slack, view, _checked(slack, answer, "modal"))
        elif action == "push":
            push(slack, view, _checked(slack, answer, "modal"))
        elif action == "clear":
            for each in stack(slack, slack.owners[view["id"]])[::-1]:
                drop(slack, each)
        elif action is None:
            drop(slack, view)
        else:
            raise Refused("invalid_response_action")
    return {}


def _errors(view: Json, found: Any) -> dict[str, str]:
    """Errors stand at input blocks of the view; others Slack does not show."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(found, Mapping) or not found or not set(found) <= inputs:
        raise Refused("invalid_errors")
    return {str(name): str(text) for name, text in found.items()}


def _publish(slack: SlackServer, arguments: Json) -> Json:
    user = str(arguments.get("user_id") or "")
    if not user:
        raise Refused("invalid_arguments")
    if not slack.knows(user):
        raise Refused("user_not_found")
    known = slack.homes.get(user)
    if known is not None and arguments.get("hash") not in (None, "", known["hash"]):
        raise Refused("hash_conflict")
    view = _completed(slack, _checked(slack, arguments, "home"), f"VH{user}")
    slack.homes[user] = slack.views[view["id"]] = view
    slack.owners[view["id"]] = user
    slack.journal.add("home", user=user, view=view)
    return {"view": view}


def keep(slack: SlackServer, view: Json, view_id: str, user: str, **more: Any) -> Json:
    """Keep a modal as Slack tells of it, in place of an older one with this id."""
    made = {**_completed(slack, view, view_id), **more}
    slack.views[view_id], slack.owners[view_id] = made, user
    slack.journal.add("view", user=user, view=made)
    return made


def _completed(slack: SlackServer, view: Json, view_id: str) -> Json:
    base: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "title": None, "close": None}
    base |= {"submit": None, "clear_on_close": False, "notify_on_close": False, "previous_view_id": None}
    ids: Json = {"id": view_id, "team_id": TEAM, "app_id": APP, "bot_id": BOT_ID, "root_view_id": view_id}
    view = dict(view)
    slack.name_blocks(view)
    return {**base, **view, **ids, "state": {"values": {}}, "hash": f"{slack.number()}.h"}


VIEW_METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "views.open": _open,
    "views.publish": _publish,
    "views.push": _push,
    "views.update": _update,
}


def state_of(view: Mapping[str, Any], typed: Mapping[str, Typed]) -> Json:
    """The state of a view's inputs with what a person filled in; what is empty is None, as Slack sends it."""
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            values[name] = {element["action_id"]: held(element, typed.get(name))}
    return {"values": values}
