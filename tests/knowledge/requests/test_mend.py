"""Double-encoded text is mended, everything else stays as it is, and lines stay lines."""

from __future__ import annotations

import pytest

from knowledge.requests.mend import as_markdown, decode, mend, split_lines


def broken(text: str, page: str) -> str:
    """Text as it looks when its UTF-8 is taken for a code page; bytes in the page's holes get lost."""
    return "".join(
        char if ord(char) < 128 else b"".join(bytes([b]) for b in char.encode()).decode(page, "ignore")
        for char in text
    )


@pytest.mark.parametrize("page", ["cp1252", "cp1254", "latin-1"])
def test_marks_come_back(page: str) -> None:
    text = "✅ done → ❌ open — “quoted”"
    assert mend(broken(text, page)) == [text]


def test_a_lost_byte_that_could_be_many_things_is_not_guessed() -> None:
    lines = mend(broken("## 🎉 Well\n✅ fine", "cp1254"))
    assert lines == ["## \ufffd Well", "✅ fine"]


@pytest.mark.parametrize("text", ["naïve café — “x”", "Grüße aus Köln", "日本語 ✅", "ğŞı öçü", "a\u2028b"])
def test_sound_text_stays(text: str) -> None:
    assert mend(text) == [text]


def test_lines_are_those_of_editors() -> None:
    assert len(split_lines("a\r\nb\rc\nd\u2028e\x0bf\x85g")) == 4


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfhi", "hi"),
        ("hä".encode("utf-16"), "hä"),
        ("Grüße".encode("cp1252"), "Grüße"),
        ("✅".encode(), "✅"),
    ],
)
def test_encodings(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_only_slack_messages_are_rewritten() -> None:
    assert as_markdown(["a &lt;b&gt; <https://x.example>"]) == ["a &lt;b&gt; <https://x.example>"]
    assert as_markdown(["<@U012ABCDE|ann> see <https://x.example|the [doc]>"]) == [
        "@ann see [the (doc)](<https://x.example>)"
    ]
    assert as_markdown(["<!channel> <#C012ABCDE|e2e>"]) == ["@channel #e2e"]
