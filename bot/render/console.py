"""A Slack message as text in a terminal: what `make run` shows without Slack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.render.blocks import Post


def print_post(console: Console, post: Post) -> None:
    """Print the blocks of a message, top to bottom, as plain styled text."""
    for block in post.blocks:
        for line in _lines(block):
            console.print(line)


def _lines(block: Mapping[str, Any]) -> Iterator[Text]:
    kind = block.get("type")
    if kind == "header":
        yield Text(block["text"]["text"], style="bold")
    elif kind == "section" and "text" in block:
        yield Text(block["text"]["text"])
    elif kind == "context":
        yield Text(" ".join(e.get("text", "") for e in block["elements"]), style="dim")
    elif kind == "divider":
        yield Text("─" * 40, style="dim")
    elif kind == "actions":
        labels = [e["text"]["text"] for e in block["elements"] if e.get("type") == "button"]
        yield Text("  ".join(f"[ {label} ]" for label in labels), style="cyan")
    elif kind == "rich_text":
        yield from (_rich(element) for element in block["elements"])


def _item(element: Mapping[str, Any]) -> Text:
    """An item of a list, its further lines under the first."""
    first, *more = _rich(element).split("\n")
    return Text("\n").join([Text.assemble("  • ", first), *(Text.assemble("    ", line) for line in more)])


def _rich(element: Mapping[str, Any]) -> Text:
    """A rich text section, list, quote or preformatted block."""
    if element["type"] == "rich_text_list":
        return Text("\n").join(_item(item) for item in element["elements"])
    indent = "    " if element["type"] == "rich_text_preformatted" else ""
    text = Text()
    for run in element["elements"]:
        style = " ".join(name for name, on in run.get("style", {}).items() if on and name != "code")
        if run.get("style", {}).get("code"):
            style += " cyan"
        text.append(run.get("text", run.get("url", "")), style=style.strip() or None)
    if indent:
        return Text("\n").join(Text.assemble(indent, line) for line in text.split("\n"))
    return text
