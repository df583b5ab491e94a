"""The elements of input blocks: what Slack takes, and what it sends of what a person filled in.

Rules: docs.slack.dev, reference of block elements: options 100 (checkboxes and radio buttons 10), option text
75, value 150, description 75, placeholder 150; initial values are among the options, within the bounds, times
`HH:mm`, days `YYYY-MM-DD`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
Typed = str | Sequence[str]

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_KINDS = frozenset(("im", "mpim", "private", "public"))
SHAPES = {
    "plain_text_input": ("initial_value", "value"),
    "number_input": ("initial_value", "value"),
    "timepicker": ("initial_time", "selected_time"),
    "datepicker": ("initial_date", "selected_date"),
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "channels_select": ("initial_channel", "selected_channel"),
    "users_select": ("initial_user", "selected_user"),
    "multi_users_select": ("initial_users", "selected_users"),
    "multi_conversations_select": ("initial_conversations", "selected_conversations"),
    "static_select": ("initial_option", "selected_option"),
    "radio_buttons": ("initial_option", "selected_option"),
    "multi_static_select": ("initial_options", "selected_options"),
    "checkboxes": ("initial_options", "selected_options"),
}
_WITHOUT_PLACEHOLDER = frozenset(("checkboxes", "radio_buttons"))


def element_faults(element: Json) -> Iterator[str]:
    """What is wrong with the element of an input block, in words."""
    kind = str(element.get("type"))
    if kind not in SHAPES:
        yield f"unknown element {kind!r}"
        return
    if not 0 < len(str(element.get("action_id") or "")) <= 255:
        yield "action_id of a wrong length"
    if "placeholder" in element:
        if kind in _WITHOUT_PLACEHOLDER:
            yield f"{kind} has no placeholder"
        yield from _plain(element["placeholder"], 150, "placeholder")
    check = _CHECKS.get(kind)
    if check is not None:
        yield from check(element)


def _plain(value: Any, limit: int, name: str) -> Iterator[str]:
    if not isinstance(value, Mapping) or value.get("type") != "plain_text":
        yield f"{name} is no plain text"
    elif not 0 < len(str(value.get("text") or "")) <= limit:
        yield f"{name} of {len(str(value.get('text') or ''))} characters, allowed 1 to {limit}"


def _text(element: Json) -> Iterator[str]:
    most = element.get("max_length", 3_000)
    if not 1 <= most <= 3_000:
        yield f"max_length {most}"
    if len(str(element.get("initial_value") or "")) > most:
        yield f"an initial value over {most}"


def _number(element: Json) -> Iterator[str]:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield "is_decimal_allowed is missing"
    names = ("min_value", "initial_value", "max_value")
    given = [element[name] for name in names if name in element]
    if not all(isinstance(value, str) for value in given):
        yield "a bound that is no text"
        return
    try:
        numbers = [float(value) for value in given]
    except ValueError:
        yield "a bound that is no number"
        return
    if numbers != sorted(numbers):
        yield "an initial value out of bounds"


def _time(element: Json) -> Iterator[str]:
    if "initial_time" in element and not _TIME.fullmatch(str(element["initial_time"])):
        yield "a time that is not HH:mm"


def _day(element: Json) -> Iterator[str]:
    if "initial_date" in element and not _DAY.fullmatch(str(element["initial_date"])):
        yield "a day that is not YYYY-MM-DD"


def _conversation(element: Json) -> Iterator[str]:
    if "filter" in element:
        include = element["filter"].get("include")
        if not element["filter"]:
            yield "an empty filter"
        if include is not None and not (include and set(include) <= _KINDS):
            yield f"a filter that includes {include!r}"


def _options(element: Json) -> Iterator[str]:
    options = element.get("options") or []
    most = 10 if element["type"] in ("checkboxes", "radio_buttons") else 100
    if not 1 <= len(options) <= most:
        yield f"{len(options)} options"
    for option in options:
        yield from _plain(option.get("text"), 75, "an option's text")
        if "description" in option:
            yield from _plain(option["description"], 75, "an option's description")
        if not 0 < len(str(option.get("value") or "")) <= 150:
            yield "option value of a wrong length"
    initial = list(element.get("initial_options", ()))
    if "initial_option" in element:
        initial.append(element["initial_option"])
    if any(option not in options for option in initial):
        yield "an initial option that is none of the options"
    if "initial_options" in element and not element["initial_options"]:
        yield "empty initial options"
    if element.get("max_selected_items", 1) < 1:
        yield "max_selected_items below 1"
    if len(initial) > element.get("max_selected_items", most):
        yield "more initial options than may be chosen"


_CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "plain_text_input": _text,
    "number_input": _number,
    "timepicker": _time,
    "datepicker": _day,
    "conversations_select": _conversation,
    "static_select": _options,
    "radio_buttons": _options,
    "multi_static_select": _options,
    "checkboxes": _options,
}


def held(element: Json, typed: Typed | None) -> dict[str, Any]:
    """What `state.values` says of an element: what was `typed` (the values of choices), else as it showed."""
    kind = str(element["type"])
    initial, name = SHAPES[kind]
    value: Any = element.get(initial)
    if typed is not None:
        value = _chosen(element, typed) if "options" in element else _list(typed) if _several(kind) else typed
    return {"type": kind, name: (value or []) if _several(kind) else (value or None)}


def _several(kind: str) -> bool:
    return kind.startswith("multi_") or kind == "checkboxes"


def _list(typed: Typed) -> list[str]:
    return [part for part in ([typed] if isinstance(typed, str) else typed) if part]


def _chosen(element: Json, typed: Typed) -> Any:
    options = {option["value"]: option for option in element["options"]}
    chosen = [options[value] for value in _list(typed)]
    return chosen if _several(str(element["type"])) else next(iter(chosen), None)
