"""Modals and home tabs that cannot exceed Slack's limits and cannot be made to act by the text they show.

An input's name is its `block_id` and its `action_id`, so that `values_of` and `errors` speak of names. All
text is plain text; what runs longer than Slack allows is cut, choices that Slack would refuse are left out.
What may not be cut in silence (inputs, what a view carries) raises ValueError.

Limits: docs.slack.dev, "Views", "Input block", and the reference of each block element.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.render.blocks import MAX_OPTION_VALUE, MAX_OPTIONS, Block, Span, paragraph, size
from bot.render.plain import cut, one_line, visible

MAX_TITLE = 24
MAX_VIEW_BLOCKS = 100
MAX_VIEW = 200_000
MAX_METADATA = 3_000
MAX_INPUT = 3_000
MAX_SECTION = 3_000
MAX_HINT = 2_000
MAX_PLACEHOLDER = 150
MAX_OPTION = 75
MAX_BOXES = 10
MAX_ID = 255
MAX_ERROR = 500
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
        shown: Block = {"text": _line(self.label or self.value, MAX_OPTION), "value": self.value}
        return {**shown, "description": _line(self.about, MAX_OPTION)} if self.about.strip() else shown


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback: str,
    submit: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    close: str = "Close",
) -> Block:
    """A modal; with inputs it needs `submit`, its button. `metadata` comes back with it (`carried`).

    Raises ValueError when inputs would have to be left out, two have the same name, there is no button to
    submit them, or the metadata exceeds 3,000 characters.
    """
    shown = _fitting(blocks)
    view: Block = {
        "type": "modal",
        "callback_id": _id(callback),
        "title": _line(title, MAX_TITLE),
        "close": _line(close, MAX_TITLE),
        "blocks": shown,
    }
    if submit is not None:
        view["submit"] = _line(submit, MAX_TITLE)
    elif any(block["type"] == "input" for block in shown):
        raise ValueError("a modal with inputs needs a button that submits it")
    if metadata is not None:
        view["private_metadata"] = json.dumps(dict(metadata))
        if len(view["private_metadata"]) > MAX_METADATA:
            raise ValueError("a modal cannot carry so much")
    return view


def home(blocks: Sequence[Block], *, callback: str = "covcheck_home") -> Block:
    """A home tab; blocks that exceed what Slack shows are left out, and said to be."""
    return {"type": "home", "callback_id": _id(callback), "blocks": _fitting(blocks)}


def section(text: str) -> Block:
    """A paragraph of plain text."""
    return {"type": "section", "text": _text(text, MAX_SECTION)}


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


@dataclass(frozen=True, slots=True)
class Values:
    """What was filled into a view, by the names of its inputs; what is not there counts as empty."""

    held: Mapping[str, str | tuple[str, ...]]

    def text(self, name: str) -> str:
        """What was typed or chosen, without spaces around it; empty where nothing was."""
        value = self.held.get(name, "")
        return value.strip() if isinstance(value, str) else ", ".join(value)

    def many(self, name: str) -> tuple[str, ...]:
        """All that was chosen; of a field with one value that value."""
        value = self.held.get(name, ())
        return value if isinstance(value, tuple) else tuple(filter(None, [self.text(name)]))


def values_of(view: Mapping[str, Any]) -> Values:
    """What a submitted view (or one in which something was pressed) holds in `state.values`."""
    state = (view.get("state") or {}).get("values") or {}
    return Values({name: _held(element) for name, block in state.items() for element in block.values()})


def carried(view: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of a view that was made by `modal`; empty where there is none."""
    try:
        held = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def errors(found: Mapping[str, str]) -> Block:
    """The answer to a submission that says what is wrong at each input, by its name; the view stays open."""
    shown = {_id(name): cut(one_line(text), MAX_ERROR) or "This is wrong." for name, text in found.items()}
    if not shown:
        raise ValueError("there is nothing wrong")
    return {"response_action": "errors", "errors": shown}


_ONE = (
    "value",
    "selected_time",
    "selected_date",
    "selected_conversation",
    "selected_user",
    "selected_channel",
)
_MANY = ("selected_users", "selected_conversations", "selected_channels")


def _held(element: Mapping[str, Any]) -> str | tuple[str, ...]:
    if "selected_options" in element:
        return tuple(str(option["value"]) for option in element["selected_options"] or ())
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value") or "")
    for name in _MANY:
        if name in element:
            return tuple(str(each) for each in element[name] or ())
    return next((str(element[name]) for name in _ONE if element.get(name) is not None), "")


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
    element = {**element, "action_id": _id(name), **{key: value for key, value in initial.items() if value}}
    if placeholder.strip():
        element["placeholder"] = _line(placeholder, MAX_PLACEHOLDER)
    block: Block = {
        "type": "input",
        "block_id": _id(name),
        "label": _line(label, MAX_HINT),
        "optional": optional,
        "element": element,
    }
    return {**block, "hint": _line(hint, MAX_HINT)} if hint.strip() else block


def _options(choices: Iterable[Choice], limit: int) -> list[Block]:
    offered = {choice.value: choice for choice in choices if choice.fits}
    if not offered:
        raise ValueError("no option can be offered")
    return [choice.element() for choice in list(offered.values())[:limit]]


def _among(options: Sequence[Block], values: Iterable[str]) -> list[Block]:
    wanted = frozenset(values)
    return [option for option in options if option["value"] in wanted]


def _fitting(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that fit into a view, with a sentence where some were left out."""
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)):
        raise ValueError("two blocks have the same name")
    shown: list[Block] = []
    room = MAX_VIEW
    for block in blocks:
        room -= size([block])
        if room < 0 or (len(shown) == MAX_VIEW_BLOCKS - 1 and len(blocks) > MAX_VIEW_BLOCKS):
            break
        shown.append(block)
    left_out = blocks[len(shown) :]
    if any(block["type"] == "input" for block in left_out):
        raise ValueError("a view cannot hold so many inputs")
    if left_out:
        shown.append(paragraph(Span("There is more than can be shown here.", italic=True)))
    return shown or [paragraph(Span("Nothing to show."))]


def _number(value: float, whole: bool) -> str:
    return str(round(value)) if whole else f"{value:.4f}".rstrip("0").rstrip(".")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _id(name: str) -> str:
    if not 0 < len(name) <= MAX_ID:
        raise ValueError("a name has 1 to 255 characters")
    return name


def _line(text: str, limit: int) -> Block:
    return _text(one_line(text), limit)


def _text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": cut(visible(text), limit).strip() or "-", "emoji": False}
