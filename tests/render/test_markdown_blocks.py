"""Markdown of others as blocks: laid out, within Slack's limits, and nothing of it acts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localslack.limits import message_error
from bot.localslack.reading import reading, runs
from bot.render.blocks import pack, size
from bot.render.markdown_blocks import MAX_SIZE, markdown_blocks

ARTICLE = """\
## What it is

A line that is long enough to be taken as wrapped by its author, who
goes on here. `code` and **bold**.
- one
- two
  goes on
1. first

```yaml
env:
  - GOCOVERDIR
```
> quoted
Short
lines stay
"""


def test_an_article_reads_as_it_was_meant() -> None:
    assert reading(markdown_blocks(ARTICLE)) == (
        "What it is\n"
        "A line that is long enough to be taken as wrapped by its author, who goes on here. code and bold.\n"
        "- one\n- two\n  goes on\n- 1. first\n"
        "env:\n  - GOCOVERDIR\n"
        "quoted\n"
        "Short\nlines stay"
    )


def test_styles_are_those_of_slack() -> None:
    found = {run["text"]: run.get("style") for run in runs(markdown_blocks("a `b` **c** d"))}
    assert found == {"a ": None, "b": {"code": True}, " ": None, "c": {"bold": True}, " d": None}


def test_links_of_others_show_where_they_lead_and_do_not_act() -> None:
    blocks = markdown_blocks(
        "[docs](https://evil.example/x) ![p](http://evil.example/p.png) <!channel> <@U1>"
    )
    assert reading(blocks) == "docs (https://evil.example/x) p (http://evil.example/p.png) <!channel> <@U1>"
    assert {run["type"] for run in runs(blocks)} == {"text"}


def test_only_places_that_we_know_become_links() -> None:
    links = {"a/x.go:1": "https://git.example/x#L1", "a/x.go:12": "https://git.example/x#L12"}
    blocks = markdown_blocks("see a/x.go:12, a/x.go:1 and a/x.go:123 or b/a/x.go:1", links)
    found = [(run["text"], run["url"]) for run in runs(blocks) if run["type"] == "link"]
    assert found == [("a/x.go:12", links["a/x.go:12"]), ("a/x.go:1", links["a/x.go:1"])]


TRAPS = [
    "`" * 20_000,
    "*" * 20_000,
    "[" * 20_000,
    "[a](" * 5_000,
    "> " * 10_000,
    "- " * 10_000,
    "#" * 20_000,
    "1. " * 7_000,
    "```\n" * 5_000,
    "~~~\n" + "x\n" * 10_000,
    "- x\n" * 6_000,
    "\n" * 20_000,
    "é😀\u202e" * 5_000,
    "a" * 50_000,
]


@pytest.mark.parametrize("text", TRAPS, ids=range(len(TRAPS)))
def test_traps_are_bounded(text: str) -> None:
    blocks = markdown_blocks(text)
    assert size(blocks) <= MAX_SIZE + 300
    for post in pack("x", blocks or markdown_blocks("empty")):
        assert message_error(post.payload()) is None


@given(st.text(alphabet="`*#>-[]()\n 1.ab~|", max_size=400))
def test_any_text_fits_into_slack(text: str) -> None:
    for post in pack("x", markdown_blocks(text) or markdown_blocks("empty")):
        assert message_error(post.payload()) is None
