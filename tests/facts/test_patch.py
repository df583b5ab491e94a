"""Diffs made from line edits are taken by `git apply` and give the wanted text."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.facts import patch
from bot.facts.path import CoveragePath
from bot.model import Evidence, RepoRef, Service


def path_of(**texts: str) -> CoveragePath:
    return CoveragePath(Service("shop", {}), RepoRef("shop", "0" * 40), texts=texts)


def lines(first: int, last: int | None = None) -> Evidence:
    return Evidence("a", first, last or first)


@pytest.mark.parametrize(
    ("before", "make", "after"),
    [
        ("x: 1\ny: 2\n", lambda p: [patch.replace(p, lines(2), "2", "3")], "x: 1\ny: 3\n"),
        ("x: 1\ny: 2", lambda p: [patch.replace(p, lines(2), "2", "3")], "x: 1\ny: 3"),
        ("x: 1\ny: 2", lambda p: [patch.insert_after(p, lines(2), "z: 3")], "x: 1\ny: 2\nz: 3"),
        ("\tx\n", lambda p: [patch.insert_before(p, lines(1), "w")], "\tw\n\tx\n"),
        (
            "  - a\n    b\nc\n",
            lambda p: [patch.insert_after(p, lines(1, 2), "- d")],
            "  - a\n    b\n  - d\nc\n",
        ),
        ("a\nb\nc\n", lambda p: [patch.delete(p, lines(2))], "a\nc\n"),
        (
            "a\nb\nc\nd\n",
            lambda p: [patch.delete(p, lines(1)), patch.replace(p, lines(4), "d", "D")],
            "b\nc\nD\n",
        ),
        ("-o /x/main.go\n", lambda p: [patch.replace_word(p, lines(1), "/x/main.go", "./x")], "-o ./x\n"),
    ],
)
def test_git_apply_takes_it(before: str, make, after: str, tmp_path: Path) -> None:
    subject = path_of(a=before)
    made = patch.diff(subject, *make(subject))
    assert made is not None
    (tmp_path / "a").write_text(before)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=made, text=True, check=True)
    assert (tmp_path / "a").read_text() == after


def test_no_half_patch() -> None:
    subject = path_of(a="x\ny\n")
    good = patch.replace(subject, lines(1), "x", "z")
    assert patch.diff(subject, good, patch.replace(subject, lines(2), "absent", "z")) is None
    assert patch.diff(subject, good, patch.delete(subject, lines(1))) is None
    assert patch.diff(subject) is None


def test_what_is_not_there_exactly_once_is_not_replaced() -> None:
    subject = path_of(a="/cov /cov\n/coverage\n")
    assert patch.replace(subject, lines(1), "/cov", "/x") is None
    assert patch.replace_word(subject, lines(2), "/cov", "/x") is None
    assert patch.replace(subject, lines(9), "/cov", "/x") is None
    assert patch.replace(path_of(), lines(1), "/cov", "/x") is None
