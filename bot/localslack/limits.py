"""Slack's limits on messages, written down once from its reference, apart from the code that keeps them.

Sources: docs.slack.dev, reference of blocks, composition objects and chat.postMessage; the size over all
blocks is the lowest at which a real `msg_blocks_too_long` was reported (slackapi/bolt-js #2509).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from bot.localslack.elements import element_faults
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
    unique,
    wrong,
)

MAX_TEXT = 40_000
MAX_BLOCKS = 50
MAX_ALL_BLOCKS = 13_200
MAX_MARKDOWN = 12_000
MAX_RUNS = 10_000

IN_VIEWS = frozenset(("actions", "context", "divider", "header", "image", "input", "rich_text", "section"))
IN_MESSAGES = frozenset((*IN_VIEWS, "markdown", "table"))


def message_error(arguments: Json) -> str | None:
    """The error for chat.postMessage or chat.update with these arguments."""
    return judged(arguments)[0]


def judged(arguments: Json) -> tuple[str | None, list[str]]:
    """The error for a message with these arguments, and what is wrong with its blocks."""
    said, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not said and not blocks:
        return "no_text", []
    if len(said) > MAX_TEXT:
        return "msg_too_long", []
    if not isinstance(blocks, list):
        return "invalid_blocks_format", []
    found = [*items(blocks, "/blocks", MAX_BLOCKS, least=0)]
    if not found and len(json.dumps(blocks)) > MAX_ALL_BLOCKS:
        return "msg_blocks_too_long", []
    found = found or [*blocks_faults(blocks, "/blocks", IN_MESSAGES), *_whole(blocks)]
    return ("invalid_blocks" if found else None), found


def blocks_faults(blocks: list[Json], at: str, allowed: frozenset[str]) -> Faults:
    """What is wrong with blocks, each of them of an allowed type."""
    for number, block in enumerate(blocks):
        yield from _faults(block, f"{at}/{number}", allowed)
    yield from unique(blocks, "block_id", [f"{at}/{number}" for number in range(len(blocks))])


def _faults(block: Json, at: str, allowed: frozenset[str]) -> Faults:
    kind = str(block.get("type"))
    if kind not in allowed:
        yield wrong(f"unsupported type: {kind}", f"{at}/type")
        return
    check, names = _BLOCKS[kind]
    yield from known(block, at, ("type", "block_id", *names))
    if block.get("block_id") is not None:
        yield from length(block["block_id"], f"{at}/block_id", 255, least=0)
    yield from check(block, at)


def _whole(blocks: list[Json]) -> Faults:
    """What holds over all blocks of a message."""
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield wrong("only one table allowed", "/blocks")
    written = sum(len(str(b.get("text") or "")) for b in blocks if b.get("type") == "markdown")
    if written > MAX_MARKDOWN:
        yield wrong(f"must be less than {MAX_MARKDOWN + 1} characters", "/blocks")


def _header(block: Json, at: str) -> Faults:
    yield from plain(block, "text", at, 150)


def _section(block: Json, at: str) -> Faults:
    if block.get("text") is None and not block.get("fields"):
        yield wrong("must define either `text` or `fields`", f"{at}/type")
    if block.get("text") is not None:
        yield from text(block, "text", at, 3_000)
    if "fields" in block:
        yield from items(block["fields"], f"{at}/fields", 10)
        for number, field in enumerate(objects(block["fields"])):
            yield from text_object(field, f"{at}/fields/{number}", 2_000)
    accessory = block.get("accessory")
    if isinstance(accessory, Mapping) and accessory.get("type") == "image":
        yield from _picture(accessory, f"{at}/accessory")
    elif accessory is not None:
        yield from element_faults(accessory, f"{at}/accessory", "section")


def _context(block: Json, at: str) -> Faults:
    yield from items(block.get("elements"), f"{at}/elements", 10)
    for number, element in enumerate(objects(block.get("elements"))):
        if element.get("type") == "image":
            yield from _picture(element, f"{at}/elements/{number}")
        else:
            yield from text_object(element, f"{at}/elements/{number}", 3_000)


def _actions(block: Json, at: str) -> Faults:
    yield from items(block.get("elements"), f"{at}/elements", 25)
    elements = objects(block.get("elements"))
    places = [f"{at}/elements/{number}" for number in range(len(elements))]
    for element, place in zip(elements, places, strict=True):
        yield from element_faults(element, place, "actions")
    yield from unique(elements, "action_id", places)


def _input(block: Json, at: str) -> Faults:
    yield from plain(block, "label", at, 2_000)
    if block.get("hint") is not None:
        yield from plain(block, "hint", at, 2_000)
    if block.get("element") is None:
        yield wrong("missing required field: element", at)
    else:
        yield from element_faults(block["element"], f"{at}/element", "input")


def _image(block: Json, at: str) -> Faults:
    yield from _picture(block, at)
    if "title" in block:
        yield from plain(block, "title", at, 2_000)


def _picture(holder: Json, at: str) -> Faults:
    """A picture block or element: an address or a file, and always its alt text."""
    yield from length(holder.get("alt_text"), f"{at}/alt_text", 2_000)
    if ("image_url" in holder) == ("slack_file" in holder):
        yield wrong("must define either `image_url` or `slack_file`", at)
    elif "image_url" in holder:
        yield from length(holder["image_url"], f"{at}/image_url", 3_000)
        if not str(holder["image_url"]).startswith(("http://", "https://")):
            yield wrong("must be a valid URL", f"{at}/image_url")
    elif not isinstance(holder["slack_file"], Mapping) or not {"id", "url"} & set(holder["slack_file"]):
        yield wrong("invalid slack file", f"{at}/slack_file")


def _markdown(block: Json, at: str) -> Faults:
    yield from length(block.get("text"), f"{at}/text", MAX_MARKDOWN)


def _table(block: Json, at: str) -> Faults:
    rows = block.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 100:
        yield wrong("no more than 100 items allowed", f"{at}/rows")
        return
    for number, row in enumerate(rows):
        if not isinstance(row, list) or not 1 <= len(row) <= 20:
            yield wrong("no more than 20 items allowed", f"{at}/rows/{number}")
        elif any(cell.get("type") not in ("raw_text", "raw_number", "rich_text") for cell in objects(row)):
            yield wrong("unsupported type", f"{at}/rows/{number}")


_RICH = ("rich_text_section", "rich_text_preformatted", "rich_text_quote")
_RUNS = ("text", "link", "user", "channel", "emoji", "broadcast", "usergroup", "date", "color")


def _rich_text(block: Json, at: str) -> Faults:
    yield from items(block.get("elements"), f"{at}/elements", MAX_RUNS)
    for number, element in enumerate(objects(block.get("elements"))):
        place = f"{at}/elements/{number}"
        if element.get("type") in _RICH:
            yield from _runs(element, place)
        elif element.get("type") == "rich_text_list" and element.get("style") in ("bullet", "ordered"):
            for inner, item in enumerate(objects(element.get("elements")) or [{}]):
                yield from _runs(item, f"{place}/elements/{inner}")
        else:
            yield wrong(f"unsupported type: {element.get('type')}", f"{place}/type")


def _runs(element: Json, at: str) -> Faults:
    runs = element.get("elements")
    if not isinstance(runs, list) or not runs:
        yield wrong("no fewer than 1 items allowed", f"{at}/elements")
        return
    for number, run in enumerate(objects(runs)):
        place = f"{at}/elements/{number}"
        if run.get("type") == "text":
            yield from length(run.get("text"), f"{place}/text", MAX_TEXT)
        elif run.get("type") == "link":
            if not str(run.get("url", "")).startswith(("http://", "https://", "mailto:")):
                yield wrong("must be a valid URL", f"{place}/url")
        elif run.get("type") not in _RUNS:
            yield wrong(f"unsupported type: {run.get('type')}", f"{place}/type")


def _divider(_block: Json, _at: str) -> Faults:
    return iter(())


_Check = Callable[[Json, str], Faults]
_BLOCKS: dict[str, tuple[_Check, tuple[str, ...]]] = {
    "actions": (_actions, ("elements",)),
    "context": (_context, ("elements",)),
    "divider": (_divider, ()),
    "header": (_header, ("text",)),
    "image": (_image, ("image_url", "slack_file", "alt_text", "title")),
    "input": (_input, ("label", "element", "hint", "optional", "dispatch_action")),
    "markdown": (_markdown, ("text",)),
    "rich_text": (_rich_text, ("elements",)),
    "section": (_section, ("text", "fields", "accessory", "expand")),
    "table": (_table, ("rows", "column_settings")),
}
