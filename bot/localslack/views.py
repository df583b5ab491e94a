"""Modals and home tabs as Slack keeps them: rules of views, views.open, update and publish.

Rules: docs.slack.dev, "Views", "Input block", "views.open": title, submit and close 24 characters, 100
blocks, private_metadata 3,000, callback_id 255, 250 KB, block ids once, a submit label where there are
inputs. A trigger opens one view within 3 seconds, once; at most three modals lie over each other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.localslack.elements import Typed, held
from bot.localslack.limits import IN_VIEWS, blocks_faults
from bot.localslack.rules import Faults, items, known, length, objects, plain, wrong
from bot.localslack.world import APP, BOT_ID, TEAM, Json, Refused, Trigger, told

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

TRIGGER_SECONDS = 3.0
MAX_VIEW = 250_000
_BOTH = ("type", "blocks", "private_metadata", "callback_id", "external_id")
_MODAL = (*_BOTH, "title", "close", "submit", "clear_on_close", "notify_on_close", "submit_disabled")
_HOME = (*_BOTH, "title", "close", "submit")
MAX_STACK = 3


def view_faults(view: Mapping[str, Any]) -> Faults:
    """What is wrong with a view, in Slack's words."""
    if view.get("type") not in ("modal", "home"):
        yield wrong(f"unsupported type: {view.get('type')}", "/view/type")
        return
    modal = view["type"] == "modal"
    yield from known(view, "/view", _MODAL if modal else _HOME)
    if modal:
        yield from plain(view, "title", "/view", 24)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            yield from plain(view, name, "/view", 24)
    for name, limit in (("private_metadata", 3_000), ("callback_id", 255), ("external_id", 255)):
        if view.get(name) is not None:
            yield from length(view[name], f"/view/{name}", limit, least=0)
    blocks = view.get("blocks")
    yield from items(blocks, "/view/blocks", 100)
    yield from blocks_faults(list(objects(blocks)), "/view/blocks", IN_VIEWS)
    for number, block in enumerate(objects(blocks)):
        if modal and block.get("type") == "input" and view.get("submit") is None:
            yield wrong("must define `submit` to use an `input` block in modals", f"/view/blocks/{number}")


def _checked(slack: SlackServer, arguments: Json, kind: str, own: str = "") -> Json:
    """The view of a call; `own` is the id of the one that it takes the place of."""
    view = arguments.get("view")
    if not isinstance(view, Mapping):
        raise Refused("invalid_arguments", **told(["must provide an object [json-pointer:/view]"]))
    found = [*view_faults(view)]
    if not found and view["type"] != kind:
        found = [wrong(f"unsupported type: {view['type']}", "/view/type")]
    if found:
        slack.violations.append(f"view: {found}")
        raise Refused("invalid_arguments", **told(found))
    taken = [old for old in slack.views.values() if old["external_id"] and old["id"] != own]
    if view.get("external_id") in [old["external_id"] for old in taken]:
        raise Refused("duplicate_external_id")
    if len(json.dumps(view)) > MAX_VIEW:
        slack.violations.append("view_too_large")
        raise Refused("view_too_large")
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
    for old in stack(slack, user):
        drop(slack, old)
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
    old = slack.views.get(str(arguments.get("view_id")))
    if old is None:
        wanted = arguments.get("external_id")
        old = next((v for v in slack.views.values() if wanted and v["external_id"] == wanted), None)
    if old is None or old["type"] != "modal":
        raise Refused("not_found")
    if arguments.get("hash") not in (None, "", old["hash"]):
        raise Refused("hash_conflict")
    return {"view": update(slack, old, _checked(slack, arguments, "modal", old["id"]))}


def update(slack: SlackServer, old: Json, view: Json) -> Json:
    """Replace a view by another in its place."""
    kept = {name: old[name] for name in ("root_view_id", "previous_view_id")}
    return keep(slack, view, old["id"], slack.owners[old["id"]], **kept)


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
            update(slack, view, _checked(slack, answer, "modal", view["id"]))
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
    old = slack.homes.get(user)
    if old is not None and arguments.get("hash") not in (None, "", old["hash"]):
        raise Refused("hash_conflict")
    view = _completed(slack, _checked(slack, arguments, "home", f"VH{user}"), f"VH{user}")
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
