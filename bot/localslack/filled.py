"""What a person filled into inputs: read from `state.values`, checked as Slack's own client checks it.

docs.slack.dev, "Input block" and block elements: what is not optional must be filled in, texts keep to
`min_length` and `max_length`, numbers to their bounds, choices to `max_selected_items`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.localslack.elements import SHAPES, Typed, all_options, held, several
from bot.localslack.world import Json

_REQUIRED = "Please complete this required field."
_MENUS = frozenset(("static_select", "radio_buttons", "multi_static_select", "checkboxes", "overflow"))


def stateful(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that holds a value, with its block."""
    for block in blocks:
        for element in inside(block):
            if element.get("type") in SHAPES and element["type"] != "overflow":
                yield element, block


def inside(block: Json) -> list[Json]:
    """The elements of a block that people can use."""
    if block.get("type") == "actions":
        return list(block.get("elements") or ())
    one = block.get("element") if block.get("type") == "input" else block.get("accessory")
    return [one] if isinstance(one, dict) else []


def typed(element: Json, given: Any) -> Typed | None:
    """What was chosen or typed, from Slack's shape or plain values; None when nothing was said of it."""
    if given is None:
        return None
    if isinstance(given, Mapping):
        if "value" in given and "text" in given:  # an option object
            return str(given["value"])
        _, name = SHAPES[element["type"]]
        return typed(element, given.get(name)) or ("" if name in given else None)
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [str(typed(element, each) or "") for each in given]
    return str(given)


def state(blocks: Sequence[Json], values: Mapping[str, Any]) -> Json:
    """`state.values` of blocks, what is not among `values` as it showed at first.

    Raises ValueError when something was chosen that was not offered.
    """
    found: Json = {}
    for element, block in stateful(blocks):
        name, action_id = block.get("block_id", ""), element.get("action_id", "")
        given = values.get(name)
        value = given.get(action_id) if isinstance(given, Mapping) else None
        found.setdefault(name, {})[action_id] = chosen(element, typed(element, value))
    return {"values": found}


def chosen(element: Json, what: Typed | None) -> Json:
    """An element's value in Slack's shape. Raises ValueError for what was not offered."""
    if not isinstance(what, str | None) and not several(element["type"]):
        raise ValueError("more than one value")
    if what is not None and element["type"] in _MENUS:
        offered = [option["value"] for option in all_options(element)]
        wanted = [what] if isinstance(what, str) else list(what)
        if unknown := [value for value in wanted if value and value not in offered]:
            raise ValueError(f"{unknown[0]!r} is not offered")
    return held(element, what)


def problems(blocks: Sequence[Json], values: Json) -> dict[str, str]:
    """What Slack's client would say at an input, by `block_id`; nothing of it reaches the bot."""
    found = {}
    for element, block in stateful(blocks):
        if block["type"] != "input":
            continue
        shape = values[block["block_id"]][element.get("action_id", "")]
        value = shape[SHAPES[element["type"]][1]]
        wrong = _problem(element, value) if value else "" if block.get("optional") else _REQUIRED
        if wrong:
            found[block["block_id"]] = wrong
    return found


def _problem(element: Json, value: Any) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3_000)
        if len(value) < least:
            return f"Please enter at least {least} characters."
        return f"Please enter no more than {most} characters." if len(value) > most else ""
    if kind == "number_input":
        return _number(element, value)
    most = element.get("max_selected_items")
    return f"Please choose at most {most}." if most and isinstance(value, list) and len(value) > most else ""


def _number(element: Json, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return "Please enter a number."
    if not math.isfinite(number):
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Please enter a number of at least {least}."
    return f"Please enter a number of at most {most}." if most is not None and number > float(most) else ""
