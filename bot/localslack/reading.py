"""What a person reads in blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
_URL = re.compile(r"https?://[^\s<>|\"`]{1,3000}")


def urls_in(text: str) -> list[str]:
    """The addresses in a message's text, each once; sentence marks behind one are not part of it."""
    found = (match.rstrip(".,;:!?)'*_~") for match in _URL.findall(text.replace("&amp;", "&")))
    return list(dict.fromkeys(found))


def runs(blocks: Sequence[Json]) -> Iterator[Json]:
    """Every run of rich text in blocks, in reading order."""
    for block in blocks:
        if block.get("type") == "rich_text":
            yield from _inner_runs(block["elements"])


def _inner_runs(elements: Sequence[Json]) -> Iterator[Json]:
    for element in elements:
        if "elements" in element:
            yield from _inner_runs(element["elements"])
        else:
            yield element


def reading(blocks: Sequence[Json]) -> str:
    """What a person reads, block by block on lines of their own; buttons as `[Label]`."""
    return "\n".join(_read(block) for block in blocks)


def _read(block: Json) -> str:
    match block["type"]:
        case "header" | "markdown":
            return _words(block)
        case "section":
            shown = [_words(block), *(str(field.get("text", "")) for field in block.get("fields") or ())]
            accessory = [_label(block["accessory"])] if block.get("accessory") else []
            return " ".join(filter(None, (*shown, *accessory)))
        case "context":
            return " ".join(
                _label(e) if e["type"] == "image" else _words({"text": e}) for e in block["elements"]
            )
        case "actions":
            return " ".join(_label(element) for element in block["elements"])
        case "input":
            return f"{_words({'text': block['label']})}: {_label(block['element'])}"
        case "image":
            return _label(block)
        case "table":
            return "\n".join(" | ".join(_cell(cell) for cell in row) for row in block["rows"])
        case "rich_text":
            return "\n".join(_read_rich(element) for element in block["elements"])
        case _:
            return "---"


def _words(holder: Json) -> str:
    text = holder.get("text") or ""
    return str(text.get("text", "")) if isinstance(text, Mapping) else str(text)


def _label(element: Json) -> str:
    """An element by what people see of it: `[Label]`, of a picture its alt text."""
    if element["type"] in ("plain_text", "mrkdwn"):
        return str(element["text"])
    if element["type"] == "image":
        return f"[{element.get('alt_text', 'image')}]"
    return f"[{_words(element) or _words({'text': element.get('placeholder')}) or element['type']}]"


def _cell(cell: Json) -> str:
    return _read(cell) if cell["type"] == "rich_text" else str(cell.get("text", ""))


def _read_rich(element: Json) -> str:
    if element["type"] == "rich_text_list":
        return "\n".join("- " + _read_rich(item).replace("\n", "\n  ") for item in element["elements"])
    return "".join(_read_run(run) for run in element["elements"])


def _read_run(run: Json) -> str:
    if run["type"] == "user":
        return f"@{run['user_id']}"
    named = run.get("usergroup_id") or run.get("channel_id")
    return f"@{named}" if named else str(run.get("text") or run.get("url") or "")
