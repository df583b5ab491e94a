"""Slack's limits on messages, written down once from its reference, apart from the code that keeps them.

Each check gives the error code that Slack answers with, or None. Sources: docs.slack.dev, reference of
blocks, composition objects and chat.postMessage; the size over all blocks is the lowest at which a
real `msg_blocks_too_long` was reported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

MAX_TEXT = 40_000
MAX_BLOCKS = 50
MAX_ALL_BLOCKS = 13_200

Json = Mapping[str, Any]


def message_error(arguments: Json) -> str | None:
    """The error for chat.postMessage or chat.update with these arguments."""
    return judged(arguments)[0]


def judged(arguments: Json) -> tuple[str | None, list[str]]:
    """The error for a message with these arguments, and what is wrong with its blocks."""
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not text and not blocks:
        return "no_text", []
    if len(text) > MAX_TEXT:
        return "msg_too_long", []
    if not isinstance(blocks, list) or len(blocks) > MAX_BLOCKS:
        return "invalid_blocks", [f"no more than {MAX_BLOCKS} items allowed [json-pointer:/blocks]"]
    if len(json.dumps(blocks)) > MAX_ALL_BLOCKS:
        return "msg_blocks_too_long", []
    wrong = [fault for block in blocks for fault in faults(block)]
    return ("invalid_blocks" if wrong else _repeated_ids(blocks)), wrong


def faults(block: Json) -> Iterator[str]:
    """What is wrong with one block, in words for the reader of a failing test."""
    check = _BLOCKS.get(str(block.get("type")))
    if check is None:
        yield f"unknown block type {block.get('type')!r}"
        return
    if len(str(block.get("block_id") or "")) > 255:
        yield "block_id over 255"
    yield from check(block)


def _repeated_ids(blocks: Sequence[Json]) -> str | None:
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    return "invalid_blocks" if len(ids) != len(set(ids)) else None


def _text(value: Any, limit: int, kinds: Sequence[str] = ("plain_text", "mrkdwn")) -> Iterator[str]:
    if not isinstance(value, Mapping) or value.get("type") not in kinds:
        yield f"no text object of {kinds}"
    elif not 0 < len(str(value.get("text") or "")) <= limit:
        yield f"text of {len(str(value.get('text') or ''))} characters, allowed 1 to {limit}"


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), 150, ("plain_text",))


def _section(block: Json) -> Iterator[str]:
    fields = block.get("fields") or []
    if not block.get("text") and not fields:
        yield "section without text and fields"
    if block.get("text"):
        yield from _text(block["text"], 3_000)
    if len(fields) > 10:
        yield "over 10 fields"
    for field in fields:
        yield from _text(field, 2_000)


def _context(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield f"{len(elements)} context elements"
    for element in elements:
        if element.get("type") != "image":
            yield from _text(element, 3_000)


def _actions(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield f"{len(elements)} action elements"
    ids = [element.get("action_id") for element in elements]
    if len(ids) != len(set(ids)):
        yield "an action_id stands twice"
    for element in elements:
        yield from _element(element)


def _element(element: Json) -> Iterator[str]:
    if not 0 < len(str(element.get("action_id") or "")) <= 255:
        yield "action_id of a wrong length"
    if element.get("type") == "button":
        yield from _text(element.get("text"), 75, ("plain_text",))
        if len(str(element.get("value") or "")) > 2_000:
            yield "button value over 2000"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield f"unknown style {element['style']!r}"
        if "confirm" in element:
            yield from _confirm(element["confirm"])
    elif element.get("type") == "static_select":
        yield from _text(element.get("placeholder"), 150, ("plain_text",))
        options = element.get("options") or []
        if not 1 <= len(options) <= 100:
            yield f"{len(options)} options"
        for option in options:
            yield from _text(option.get("text"), 75)
            if not 0 < len(str(option.get("value") or "")) <= 150:
                yield "option value of a wrong length"
    else:
        yield f"unknown element {element.get('type')!r}"


def _confirm(dialog: Json) -> Iterator[str]:
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(dialog.get(name), limit, ("plain_text",))
    if dialog.get("style", "primary") not in ("primary", "danger"):
        yield f"unknown style {dialog['style']!r}"


_RICH = ("rich_text_section", "rich_text_preformatted", "rich_text_quote")


def _rich_text(block: Json) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield "rich_text without elements"
        return
    for element in elements:
        if element.get("type") in _RICH:
            yield from _runs(element)
        elif element.get("type") == "rich_text_list" and element.get("style") in ("bullet", "ordered"):
            for item in element.get("elements") or [{}]:
                yield from _runs(item)
        else:
            yield f"unknown rich text {element.get('type')!r}"


def _runs(element: Json) -> Iterator[str]:
    runs = element.get("elements")
    if not isinstance(runs, list) or not runs:
        yield "rich text without runs"
        return
    for run in runs:
        if run.get("type") == "text" and not run.get("text"):
            yield "an empty run of text"
        elif run.get("type") == "link" and not str(run.get("url", "")).startswith(("http://", "https://")):
            yield "a link without an address"
        elif run.get("type") not in ("text", "link", "user", "channel", "emoji", "broadcast", "usergroup"):
            yield f"unknown run {run.get('type')!r}"


def _divider(_: Json) -> Iterator[str]:
    return iter(())


_BLOCKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "divider": _divider,
}
