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
        case "header" | "section":
            return str((block.get("text") or {}).get("text", ""))
        case "context":
            return " ".join(str(element.get("text", "")) for element in block["elements"])
        case "actions":
            shown = [element.get("text") or element.get("placeholder") for element in block["elements"]]
            return " ".join(f"[{text['text']}]" for text in shown)
        case "rich_text":
            return "\n".join(_read_rich(element) for element in block["elements"])
        case _:
            return "---"


def _read_rich(element: Json) -> str:
    if element["type"] == "rich_text_list":
        return "\n".join("- " + _read_rich(item).replace("\n", "\n  ") for item in element["elements"])
    return "".join(_read_run(run) for run in element["elements"])


def _read_run(run: Json) -> str:
    if run["type"] == "user":
        return f"@{run['user_id']}"
    named = run.get("usergroup_id") or run.get("channel_id")
    return f"@{named}" if named else str(run.get("text") or run.get("url") or "")
