"""A Slack message as a terminal shows it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from bot.render.blocks import Post
from bot.render.console import print_post


def printed(*blocks: dict[str, Any]) -> list[str]:
    console = Console(width=60, file=io.StringIO(), record=True, color_system=None)
    print_post(console, Post("fallback", blocks))
    return [line.rstrip() for line in console.export_text().splitlines()]


def text(content: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": content}


def rich(kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def run(content: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": content, **more}


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ({"type": "header", "text": text("shop: EMPTY")}, ["shop: EMPTY"]),
        ({"type": "section", "text": text("one\ntwo")}, ["one", "two"]),
        ({"type": "context", "elements": [text("a"), text("b")]}, ["a b"]),
        ({"type": "divider"}, ["─" * 40]),
        (
            {
                "type": "actions",
                "elements": [{"type": "button", "text": text("Retry")}, {"type": "overflow"}],
            },
            ["[ Retry ]"],
        ),
        (rich("rich_text_section", run("a "), run("b", style={"bold": True})), ["a b"]),
        (rich("rich_text_preformatted", run("one\ntwo")), ["    one", "    two"]),
        (rich("rich_text_list", section(run("a\nb")), section(run("c"))), ["  • a", "    b", "  • c"]),
        (rich("rich_text_section", {"type": "link", "url": "https://example.org"}), ["https://example.org"]),
        (rich("rich_text_section", {"type": "link", "url": "https://example.org", "text": "here"}), ["here"]),
    ],
)
def test_each_kind_of_block(block: dict[str, Any], lines: list[str]) -> None:
    assert printed(block) == lines


def test_blocks_come_top_to_bottom_and_what_has_no_text_is_left_out() -> None:
    image = {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "x"}
    fields = {"type": "section", "fields": [text("a")]}
    blocks = (
        {"type": "header", "text": text("first")},
        image,
        fields,
        {"type": "section", "text": text("last")},
    )
    assert printed(*blocks) == ["first", "last"]


def test_text_of_a_repo_is_not_taken_for_markup() -> None:
    assert printed({"type": "section", "text": text("[bold]x[/bold] [/nope] :smile:")}) == [
        "[bold]x[/bold] [/nope] :smile:"
    ]


def test_styles_are_shown_where_the_terminal_can() -> None:
    console = Console(width=60, file=io.StringIO(), force_terminal=True, color_system="standard")
    block = rich(
        "rich_text_section", run("b", style={"bold": True}), run("c", style={"code": True}), run("p")
    )
    print_post(console, Post("x", (block,)))
    assert console.file.getvalue() == "\x1b[1mb\x1b[0m\x1b[36mc\x1b[0mp\n"  # type: ignore[attr-defined]
