"""Modals and home tabs that cannot exceed Slack's limits, and what was filled into them.

Their fields are made by `bot.render.inputs`; `values_of` and `errors` speak of them by their names. What may
not be cut in silence (inputs, what a view carries) raises ValueError.

Limits: docs.slack.dev, "Views".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.blocks import Block, Span, paragraph, size
from bot.render.inputs import named, plain_line, plain_text
from bot.render.plain import cut, one_line

MAX_TITLE = 24
MAX_VIEW_BLOCKS = 100
MAX_VIEW = 200_000
MAX_METADATA = 3_000
MAX_SECTION = 3_000
MAX_ERROR = 500


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
        "callback_id": named(callback),
        "title": plain_line(title, MAX_TITLE),
        "close": plain_line(close, MAX_TITLE),
        "blocks": shown,
    }
    if submit is not None:
        view["submit"] = plain_line(submit, MAX_TITLE)
    elif any(block["type"] == "input" for block in shown):
        raise ValueError("a modal with inputs needs a button that submits it")
    if metadata is not None:
        view["private_metadata"] = json.dumps(dict(metadata))
        if len(view["private_metadata"]) > MAX_METADATA:
            raise ValueError("a modal cannot carry so much")
    return view


def home(blocks: Sequence[Block], *, callback: str = "covcheck_home") -> Block:
    """A home tab; blocks that exceed what Slack shows are left out, and said to be."""
    return {"type": "home", "callback_id": named(callback), "blocks": _fitting(blocks)}


def section(text: str) -> Block:
    """A paragraph of plain text."""
    return {"type": "section", "text": plain_text(text, MAX_SECTION)}


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
    shown = {named(name): cut(one_line(text), MAX_ERROR) or "This is wrong." for name, text in found.items()}
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
