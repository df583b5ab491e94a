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
from bot.localslack.world import Json, Refused

if TYPE_CHECKING:
    from bot.localslack.server import SlackServer

TRIGGER_SECONDS = 3.0
MAX_VIEW = 250_000


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


def _open(slack: SlackServer, arguments: Json) -> Json:
    opened = slack.triggers.pop(str(arguments.get("trigger_id")), None)
    if opened is None:
        raise Refused("invalid_trigger_id")
    if time.monotonic() - opened > TRIGGER_SECONDS:
        raise Refused("expired_trigger_id")
    return {"view": _kept(slack, _checked(slack, arguments, "modal"), f"V{slack.number()}")}


def _update(slack: SlackServer, arguments: Json) -> Json:
    known = slack.views.get(str(arguments.get("view_id")))
    if known is None:
        raise Refused("not_found")
    if arguments.get("hash") not in (None, known["hash"]):
        raise Refused("hash_conflict")
    return {"view": _kept(slack, _checked(slack, arguments, "modal"), known["id"])}


def _publish(slack: SlackServer, arguments: Json) -> Json:
    if not arguments.get("user_id"):
        raise Refused("invalid_arguments")
    return {"view": _kept(slack, _checked(slack, arguments, "home"), f"home-{arguments['user_id']}")}


def _kept(slack: SlackServer, view: Json, view_id: str) -> Json:
    made = {**view, "id": view_id, "hash": f"{slack.number()}.h"}
    slack.views[view_id] = made
    return made


VIEW_METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "views.open": _open,
    "views.publish": _publish,
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
