"""Lines of a width: words whole, paths cut where they are joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.wrap import wrapped


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("short", 20, ["short"]),
        ("", 20, [""]),
        ("two words", 8, ["two", "words"]),
        ("a\n\nb", 20, ["a", "", "b"]),
        (
            "test/infrastructure/kind-shop-config.yaml:8",
            24,
            ["test/infrastructure/", "kind-shop-config.yaml:8"],
        ),
        ("docker cp shop-worker:/coverdata/. out", 20, ["docker cp", "shop-worker:/", "coverdata/. out"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
    ],
)
def test_lines(text: str, width: int, lines: list[str]) -> None:
    assert [line.strip() for line in wrapped(text, width)] == lines


@given(st.text(alphabet="ab/-: \n", max_size=80), st.integers(8, 40))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
