"""Fields of modals and home tabs within Slack's limits: text, numbers, menus, boxes, times, channels, people.

An input's name is its `block_id` and its `action_id`. All text is plain text; what runs longer than Slack
allows is cut, choices that Slack would refuse are left out.

Limits: docs.slack.dev, "Input block", and the reference of each block element.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.render.blocks import MAX_OPTION_VALUE, MAX_OPTIONS, Block
from bot.render.plain import cut, one_line, visible

MAX_ID = 255
MAX_INPUT = 3_000
MAX_HINT = 2_000
MAX_PLACEHOLDER = 150
MAX_OPTION = 75
MAX_BOXES = 10
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_CONVERSATION = re.compile(r"[CDG][A-Z0-9]{1,30}")
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: what a handler gets, what people read, and a second line under it."""

    value: str
    label: str = ""
    about: str = ""

    @property
    def fits(self) -> bool:
        """Whether Slack would take it: a value has 1 to 150 characters."""
        return 0 < len(self.value) <= MAX_OPTION_VALUE

    def element(self) -> Block:
        """The option object; a label that is missing is the value itself."""
        shown: Block = {"text": plain_line(self.label or self.value, MAX_OPTION), "value": self.value}
        return {**shown, "description": plain_line(self.about, MAX_OPTION)} if self.about.strip() else shown


def text_input(
    name: str,
    label: str,
    *,
    value: str = "",
    hint: str = "",
    placeholder: str = "",
    most: int = MAX_INPUT,
    long: bool = False,
    optional: bool = False,
) -> Block:
    """A field for text of at most `most` characters; `long`: of several lines."""
    most = min(max(most, 1), MAX_INPUT)
    element: Block = {"type": "plain_text_input", "multiline": long, "max_length": most}
    shown = cut(visible(value).strip() if long else one_line(value), most)
    return _input(name, label, element, hint, placeholder, optional, initial_value=shown)


def number_input(
    name: str,
    label: str,
    *,
    value: float | None = None,
    least: float | None = None,
    most: float | None = None,
    whole: bool = False,
    hint: str = "",
    placeholder: str = "",
    optional: bool = False,
) -> Block:
    """A field for a number; Slack itself refuses what is no number or out of bounds."""
    bounds = {"min_value": least, "max_value": most}
    element: Block = {"type": "number_input", "is_decimal_allowed": not whole}
    element |= {key: _number(bound, whole) for key, bound in bounds.items() if bound is not None}
    inside = value is not None and math.isfinite(value) and (least is None or value >= least)
    if value is not None and inside and (most is None or value <= most):
        element["initial_value"] = _number(value, whole)
    return _input(name, label, element, hint, placeholder, optional)


def select(
    name: str,
    label: str,
    choices: Iterable[Choice],
    *,
    chosen: str | None = None,
    hint: str = "",
    placeholder: str = "Choose",
    optional: bool = False,
) -> Block:
    """A menu of at most 100 choices. Raises ValueError when there is none."""
    return _one_of("static_select", name, label, choices, MAX_OPTIONS, chosen, hint, placeholder, optional)


def radio(
    name: str,
    label: str,
    choices: Iterable[Choice],
    *,
    chosen: str | None = None,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """At most 10 choices, all seen, of which one counts. Raises ValueError when there is none."""
    return _one_of("radio_buttons", name, label, choices, MAX_BOXES, chosen, hint, "", optional)


def multi_select(
    name: str,
    label: str,
    choices: Iterable[Choice],
    *,
    chosen: Iterable[str] = (),
    most: int | None = None,
    hint: str = "",
    placeholder: str = "Choose",
    optional: bool = False,
) -> Block:
    """A menu of at most 100 choices of which several count, `most` of them. ValueError when there is none."""
    options = _options(choices, MAX_OPTIONS)
    element: Block = {"type": "multi_static_select", "options": options}
    limit = MAX_OPTIONS if most is None else min(max(most, 1), MAX_OPTIONS)
    if most is not None:
        element["max_selected_items"] = limit
    ticked = _among(options, chosen)[:limit]
    return _input(name, label, element, hint, placeholder, optional, initial_options=ticked)


def checkboxes(
    name: str,
    label: str,
    choices: Iterable[Choice],
    *,
    chosen: Iterable[str] = (),
    hint: str = "",
    optional: bool = False,
) -> Block:
    """At most 10 boxes to tick. Raises ValueError when there is none."""
    options = _options(choices, MAX_BOXES)
    element: Block = {"type": "checkboxes", "options": options}
    return _input(name, label, element, hint, "", optional, initial_options=_among(options, chosen))


def time_input(
    name: str,
    label: str,
    *,
    value: str = "",
    hint: str = "",
    placeholder: str = "Choose",
    optional: bool = False,
) -> Block:
    """A time of day; `value` as `HH:MM`."""
    known = value if _TIME.fullmatch(value) else ""
    return _input(name, label, {"type": "timepicker"}, hint, placeholder, optional, initial_time=known)


def date_input(
    name: str,
    label: str,
    *,
    value: str = "",
    hint: str = "",
    placeholder: str = "Choose",
    optional: bool = False,
) -> Block:
    """A day; `value` as `YYYY-MM-DD`."""
    known = value if _is_date(value) else ""
    return _input(name, label, {"type": "datepicker"}, hint, placeholder, optional, initial_date=known)


def channel_input(
    name: str,
    label: str,
    *,
    chosen: str | None = None,
    kinds: Sequence[str] = ("public", "private"),
    hint: str = "",
    placeholder: str = "Choose a channel",
    optional: bool = False,
) -> Block:
    """A conversation that the person is in, of some `kinds` (public, private, im, mpim)."""
    known = chosen if chosen is not None and _CONVERSATION.fullmatch(chosen) else ""
    which = [kind for kind in ("public", "private", "im", "mpim") if kind in kinds] or ["public", "private"]
    element: Block = {
        "type": "conversations_select",
        "filter": {"include": which, "exclude_bot_users": True},
    }
    return _input(name, label, element, hint, placeholder, optional, initial_conversation=known)


def people_input(
    name: str,
    label: str,
    *,
    chosen: Iterable[str] = (),
    hint: str = "",
    placeholder: str = "Choose people",
    optional: bool = False,
) -> Block:
    """People of the workspace."""
    known = [person for person in dict.fromkeys(chosen) if _PERSON.fullmatch(person)][:MAX_OPTIONS]
    element: Block = {"type": "multi_users_select"}
    return _input(name, label, element, hint, placeholder, optional, initial_users=known)


def named(name: str) -> str:
    """A `block_id`, `action_id` or `callback_id`. Raises ValueError when Slack would refuse it."""
    if not 0 < len(name) <= MAX_ID:
        raise ValueError("a name has 1 to 255 characters")
    return name


def plain_line(text: str, limit: int) -> Block:
    """Plain text on one line."""
    return plain_text(one_line(text), limit)


def plain_text(text: str, limit: int) -> Block:
    """Plain text of at most `limit` characters; nothing in it acts."""
    return {"type": "plain_text", "text": cut(visible(text), limit).strip() or "-", "emoji": False}


def _one_of(
    kind: str,
    name: str,
    label: str,
    choices: Iterable[Choice],
    limit: int,
    chosen: str | None,
    hint: str,
    placeholder: str,
    optional: bool,
) -> Block:
    options = _options(choices, limit)
    element: Block = {"type": kind, "options": options}
    known = _among(options, [] if chosen is None else [chosen])
    return _input(name, label, element, hint, placeholder, optional, initial_option=known[0] if known else "")


def _input(
    name: str, label: str, element: Block, hint: str, placeholder: str, optional: bool, **initial: Any
) -> Block:
    element = {**element, "action_id": named(name), **{key: value for key, value in initial.items() if value}}
    if placeholder.strip():
        element["placeholder"] = plain_line(placeholder, MAX_PLACEHOLDER)
    block: Block = {
        "type": "input",
        "block_id": named(name),
        "label": plain_line(label, MAX_HINT),
        "optional": optional,
        "element": element,
    }
    return {**block, "hint": plain_line(hint, MAX_HINT)} if hint.strip() else block


def _options(choices: Iterable[Choice], limit: int) -> list[Block]:
    offered = {choice.value: choice for choice in choices if choice.fits}
    if not offered:
        raise ValueError("no option can be offered")
    return [choice.element() for choice in list(offered.values())[:limit]]


def _among(options: Sequence[Block], values: Iterable[str]) -> list[Block]:
    wanted = frozenset(values)
    return [option for option in options if option["value"] in wanted]


def _number(value: float, whole: bool) -> str:
    return str(round(value)) if whole else f"{value:.4f}".rstrip("0").rstrip(".")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
