"""What people wrote, out of what Slack made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mrkdwn import as_markdown, first_link, with_addresses


@pytest.mark.parametrize(
    ("slack", "markdown"),
    [
        ("plain", "plain"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("*bold* and **bold** and 2 * 3 * 4", "**bold** and **bold** and 2 * 3 * 4"),
        ("* point\n* other", "* point\n* other"),
        ("• point\n  ◦ below", "- point\n  - below"),
        ("~gone~ and ~/path", "~~gone~~ and ~/path"),
        ("<https://x.example/a?b=1&amp;c=2|here>", "[here](https://x.example/a?b=1&c=2)"),
        ("<https://x.example>", "https://x.example"),
        ("<http://data.storage|data.storage>", "data.storage"),
        (
            "<@U123> <@U123|ann> <#C1|general> <!channel> <!subteam^S1|@sp>",
            "@U123 @ann #general @channel @sp",
        ),
        ("`*p` and ```*a* &lt;b&gt; <http://x.go|x.go>```", "`*p` and ```*a* <b> x.go```"),
        ("&gt; quoted", "> quoted"),
        ("&lt;!channel&gt;", "<!channel>"),
    ],
)
def test_slacks_markup_becomes_markdown(slack: str, markdown: str) -> None:
    assert as_markdown(slack) == markdown


def test_a_link_is_its_address_whatever_its_label_says() -> None:
    text = "answer <https://evil.example/x?a=1&amp;b=2|https://github.com/acme/shop/issues/1>"
    assert first_link(text) == "https://evil.example/x?a=1&b=2"
    assert with_addresses(text) == "answer https://evil.example/x?a=1&amp;b=2"
    assert first_link("no link <@U1>") is None


@given(st.text(alphabet="*~`<>|!@#&;ltgamp \n•-ab:/h", max_size=300))
def test_lines_are_kept_and_nothing_breaks(text: str) -> None:
    assert as_markdown(text).count("\n") == text.count("\n")


def test_hostile_text_takes_no_time() -> None:
    for piece in ("*a", "~a", "`a", "<http://a|", "<@U1|", "```", "*a b*"):
        as_markdown(piece * (40_000 // len(piece)))
