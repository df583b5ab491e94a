"""Strings that are known in part."""

from __future__ import annotations

import pytest

from bot.facts.words import below, clean_path, could_equal, covers, hole, holes, known


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("${x}/coverdata", "/tmp/coverdata", True),
        ("${x}/coverdata", "/tmp/coverage", False),
        ("a${x}", "${y}b", True),
        ("shop:${tag}", "shop", False),
    ],
)
def test_could_equal(left: str, right: str, same: bool) -> None:
    assert could_equal(left, right) is same
    assert could_equal(right, left) is same


def test_holes() -> None:
    assert holes(f"a{hole('TAG')}b{hole('x{}$y')}") == ("TAG", "x y")
    assert not known(hole(""))
    assert not known(None)
    assert known("$HOME")


@pytest.mark.parametrize(
    ("directory", "path", "inside"),
    [
        ("/a", "/a/b", True),
        ("/a", "/ab", False),
        ("/", "/x", True),
        ("/a/", "/a", True),
        ("/a/b", "/a", False),
    ],
)
def test_covers(directory: str, path: str, inside: bool) -> None:
    assert covers(directory, path) is inside


def test_paths() -> None:
    assert clean_path("//a/./b/../c/") == "/a/c"
    assert below("/a", "/a/b/c") == "b/c"
    assert below("/a/", "/a") == ""
    assert below("/", "/b") == "b"
