"""The elements of blocks: what Slack takes, and what it sends of what a person filled in.

Rules: docs.slack.dev, reference of block elements: options 100 (checkboxes and radio buttons 10, overflow 5),
option text 75, value 150, description 75, placeholder 150, button label 75, value 2,000; initial values are
among the options, within the bounds, times `HH:mm`, days `YYYY-MM-DD`; each stands in certain blocks only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.localslack.rules import (
    Faults,
    Json,
    items,
    known,
    length,
    objects,
    plain,
    text,
    text_object,
    wrong,
)

Typed = str | Sequence[str]

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_KINDS = frozenset(("im", "mpim", "private", "public"))
SHAPES = {
    "plain_text_input": ("initial_value", "value"),
    "number_input": ("initial_value", "value"),
    "email_text_input": ("initial_value", "value"),
    "url_text_input": ("initial_value", "value"),
    "timepicker": ("initial_time", "selected_time"),
    "datepicker": ("initial_date", "selected_date"),
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "channels_select": ("initial_channel", "selected_channel"),
    "users_select": ("initial_user", "selected_user"),
    "multi_users_select": ("initial_users", "selected_users"),
    "multi_conversations_select": ("initial_conversations", "selected_conversations"),
    "multi_channels_select": ("initial_channels", "selected_channels"),
    "static_select": ("initial_option", "selected_option"),
    "radio_buttons": ("initial_option", "selected_option"),
    "overflow": ("", "selected_option"),
    "multi_static_select": ("initial_options", "selected_options"),
    "checkboxes": ("initial_options", "selected_options"),
}
"""What an element shows at first, and under which name `state.values` and actions tell its value."""


def element_faults(element: Any, at: str, place: str) -> Faults:
    """What is wrong with an element of a block of type `place` (actions, section, input)."""
    if not isinstance(element, dict):
        yield wrong("must provide an object", at)
        return
    rule = _RULES.get(str(element.get("type")))
    if rule is None or place not in rule.places:
        yield wrong(f"unsupported type: {element.get('type')}", f"{at}/type")
        return
    yield from known(element, at, ("type", "action_id", *rule.names))
    if "url" not in element or "action_id" in element:
        yield from length(element.get("action_id"), f"{at}/action_id", 255)
    if "placeholder" in element and "placeholder" in rule.names:
        yield from plain(element, "placeholder", at, 150)
    if "confirm" in element and "confirm" in rule.names:
        yield from _confirm(element["confirm"], f"{at}/confirm")
    yield from rule.check(element, at)


def _confirm(dialog: Any, at: str) -> Faults:
    if not isinstance(dialog, dict):
        yield wrong("must provide an object", at)
        return
    yield from known(dialog, at, ("title", "text", "confirm", "deny", "style"))
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from plain(dialog, name, at, most)
    yield from _style(dialog, at)


def _style(holder: Json, at: str) -> Faults:
    if holder.get("style", "primary") not in ("primary", "danger"):
        yield wrong(f"unsupported style: {holder['style']}", f"{at}/style")


def _button(element: Json, at: str) -> Faults:
    yield from plain(element, "text", at, 75)
    for name, most in (("value", 2_000), ("url", 3_000), ("accessibility_label", 75)):
        if name in element:
            yield from length(element[name], f"{at}/{name}", most)
    yield from _style(element, at)


def _text(element: Json, at: str) -> Faults:
    least, most = element.get("min_length", 0), element.get("max_length", 3_000)
    if not isinstance(least, int) or not 0 <= least <= 3_000:
        yield wrong("must be between 0 and 3000", f"{at}/min_length")
    elif not isinstance(most, int) or not 1 <= most <= 3_000:
        yield wrong("must be between 1 and 3000", f"{at}/max_length")
    elif least > most:
        yield wrong("must not be more than `max_length`", f"{at}/min_length")
    elif element.get("initial_value"):
        yield from length(element["initial_value"], f"{at}/initial_value", most)


def _number(element: Json, at: str) -> Faults:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield wrong("missing required field: is_decimal_allowed", at)
    names = ("min_value", "initial_value", "max_value")
    given = [element[name] for name in names if name in element]
    if not all(isinstance(value, str) for value in given):
        yield wrong("must provide a string", f"{at}/min_value")
        return
    try:
        numbers = [float(value) for value in given]
    except ValueError:
        yield wrong("must provide a number", f"{at}/initial_value")
        return
    if numbers != sorted(numbers):
        yield wrong("must lie between `min_value` and `max_value`", f"{at}/initial_value")


def _time(element: Json, at: str) -> Faults:
    if "initial_time" in element and not _TIME.fullmatch(str(element["initial_time"])):
        yield wrong("must be a time as HH:mm", f"{at}/initial_time")


def _day(element: Json, at: str) -> Faults:
    if "initial_date" in element and not _DAY.fullmatch(str(element["initial_date"])):
        yield wrong("must be a day as YYYY-MM-DD", f"{at}/initial_date")


def _conversation(element: Json, at: str) -> Faults:
    if "filter" not in element:
        return
    holder = element["filter"]
    include = holder.get("include") if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or not holder:
        yield wrong("must provide an object", f"{at}/filter")
    elif include is not None and not (include and set(include) <= _KINDS):
        yield wrong(f"unsupported kinds: {include}", f"{at}/filter/include")


def _anything(element: Json, at: str) -> Faults:
    for name in ("initial_users", "initial_conversations", "initial_channels"):
        if name in element and not isinstance(element[name], list):
            yield wrong("must provide an array", f"{at}/{name}")


def _options(element: Json, at: str) -> Faults:
    """Options, alone or in groups, and those that are chosen at first."""
    most = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}.get(element["type"], 100)
    if "option_groups" in element and "options" not in element:
        yield from items(element["option_groups"], f"{at}/option_groups", 100)
        for number, group in enumerate(objects(element["option_groups"])):
            inside = f"{at}/option_groups/{number}"
            yield from plain(group, "label", inside, 75)
            yield from _offered(element["type"], group.get("options"), f"{inside}/options", most)
    else:
        yield from _offered(element["type"], element.get("options"), f"{at}/options", most)
    yield from _initial(element, at, most)


def _offered(kind: str, given: Any, at: str, most: int) -> Faults:
    yield from items(given, at, most)
    texts = ("plain_text", "mrkdwn") if kind in ("checkboxes", "radio_buttons") else ("plain_text",)
    for number, option in enumerate(objects(given)):
        where = f"{at}/{number}"
        more = ("url",) if kind == "overflow" else ()
        yield from known(option, where, ("text", "value", "description", *more))
        yield from text(option, "text", where, 75, texts)
        yield from length(option.get("value"), f"{where}/value", 150)
        if "description" in option:
            yield from text_object(option["description"], f"{where}/description", 75, texts)


def _initial(element: Json, at: str, most: int) -> Faults:
    offered = list(all_options(element))
    if "initial_option" in element:
        if not isinstance(element["initial_option"], dict):
            yield wrong("must provide an object", f"{at}/initial_option")
        elif element["initial_option"] not in offered:
            yield wrong("must be one of the options", f"{at}/initial_option")
    if "initial_options" in element:
        chosen, allowed = element["initial_options"], element.get("max_selected_items", most)
        yield from items(chosen, f"{at}/initial_options", allowed if isinstance(allowed, int) else most)
        if any(option not in offered for option in objects(chosen)):
            yield wrong("must be among the options", f"{at}/initial_options")
    limit = element.get("max_selected_items", 1)
    if not isinstance(limit, int) or limit < 1:
        yield wrong("must be 1 or more", f"{at}/max_selected_items")


def all_options(element: Json) -> list[Json]:
    """The options of a menu, also those in groups."""
    groups = [objects(group.get("options")) for group in objects(element.get("option_groups"))]
    return [*objects(element.get("options")), *(option for group in groups for option in group)]


@dataclass(frozen=True)
class _Rule:
    """How an element is checked, in which blocks it may stand, and what else it may have."""

    check: Callable[[Json, str], Faults]
    places: frozenset[str]
    names: tuple[str, ...]


_ANYWHERE = frozenset(("actions", "section", "input"))
_PRESSED = frozenset(("actions", "section"))
_ASKED = frozenset(("input",))
_SEVERAL = frozenset(("section", "input"))
_MENU = ("placeholder", "confirm", "focus_on_load")
_TYPED = ("placeholder", "initial_value", "dispatch_action_config", "focus_on_load")
_STATIC = ("options", "option_groups", *_MENU)
_FILTER = ("filter", "default_to_current_conversation")
_MOST = "max_selected_items"
_RULES = {
    "button": _Rule(_button, _PRESSED, ("text", "url", "value", "style", "confirm", "accessibility_label")),
    "overflow": _Rule(_options, _PRESSED, ("options", "confirm")),
    "checkboxes": _Rule(_options, _ANYWHERE, ("options", "initial_options", "confirm", "focus_on_load")),
    "radio_buttons": _Rule(_options, _ANYWHERE, ("options", "initial_option", "confirm", "focus_on_load")),
    "static_select": _Rule(_options, _ANYWHERE, (*_STATIC, "initial_option")),
    "multi_static_select": _Rule(_options, _SEVERAL, (*_STATIC, "initial_options", _MOST)),
    "users_select": _Rule(_anything, _ANYWHERE, (*_MENU, "initial_user")),
    "multi_users_select": _Rule(_anything, _SEVERAL, (*_MENU, "initial_users", _MOST)),
    "channels_select": _Rule(_anything, _ANYWHERE, (*_MENU, "initial_channel", "response_url_enabled")),
    "multi_channels_select": _Rule(_anything, _SEVERAL, (*_MENU, "initial_channels", _MOST)),
    "conversations_select": _Rule(
        _conversation, _ANYWHERE, (*_MENU, *_FILTER, "initial_conversation", "response_url_enabled")
    ),
    "multi_conversations_select": _Rule(
        _conversation, _SEVERAL, (*_MENU, *_FILTER, "initial_conversations", _MOST)
    ),
    "timepicker": _Rule(_time, _ANYWHERE, (*_MENU, "initial_time", "timezone")),
    "datepicker": _Rule(_day, _ANYWHERE, (*_MENU, "initial_date")),
    "plain_text_input": _Rule(_text, _ASKED, (*_TYPED, "multiline", "min_length", "max_length")),
    "number_input": _Rule(_number, _ASKED, (*_TYPED, "is_decimal_allowed", "min_value", "max_value")),
    "email_text_input": _Rule(_anything, _ASKED, _TYPED),
    "url_text_input": _Rule(_anything, _ASKED, _TYPED),
}


def held(element: Json, typed: Typed | None) -> dict[str, Any]:
    """What `state.values` says of an element: what was `typed` (the values of choices), else as it showed."""
    kind = str(element["type"])
    initial, name = SHAPES[kind]
    value: Any = element.get(initial)
    if typed is not None:
        menu = "options" in element or "option_groups" in element
        value = _chosen(element, typed) if menu else _list(typed) if several(kind) else typed
    return {"type": kind, name: (value or []) if several(kind) else (value or None)}


def several(kind: str) -> bool:
    """Whether an element of this type holds a list."""
    return kind.startswith("multi_") or kind == "checkboxes"


def _list(typed: Typed) -> list[str]:
    return [part for part in ([typed] if isinstance(typed, str) else typed) if part]


def _chosen(element: Json, typed: Typed) -> Any:
    offered = {option["value"]: option for option in all_options(element)}
    chosen = [offered[value] for value in _list(typed)]
    return chosen if several(str(element["type"])) else next(iter(chosen), None)
