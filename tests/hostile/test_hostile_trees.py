"""Odd listings and files that are no text, in every role: named, never a crash, nothing acts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.bases import make_repo
from tests.hostile.sandbox import Outcome, run_check
from tests.hostile.trees import KINDS, ROLES, TREES, crlf

CASES = [
    *(("script", kind) for kind in KINDS),
    *(("go-suite", kind) for kind in ("a submodule", "invalid UTF-8", "empty", "a symlink out of the repo")),
]


def content(kind: str) -> object:
    return b"x" * 100_000_000 if kind == "100 MB" else KINDS[kind]


def assert_survived(outcome: Outcome) -> None:
    assert not outcome.crash, outcome.crash
    assert outcome.data is not None or outcome.error


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_files_that_are_no_text(name: str, kind: str, tmp_path: Path) -> None:
    for role in ROLES[name][:1] if kind == "100 MB" else ROLES[name]:
        repo = make_repo(tmp_path / role.replace("/", "-"), {role: content(kind)}, name)
        outcome = run_check(repo)
        assert_survived(outcome)
        if outcome.data is not None:
            assert outcome.data["status"] != "CLEAR", f"{role}: {outcome.missing}"
            assert outcome.missing or outcome.rules, role


@pytest.mark.parametrize("tree", TREES)
def test_odd_listings(tree: str, tmp_path: Path) -> None:
    outcome = run_check(make_repo(tmp_path / "repo", TREES[tree]), show=True)
    assert_survived(outcome)
    assert "\x1b[31mred" not in outcome.shown
    assert "\u202e" not in outcome.shown.partition('{"service"')[0]


@pytest.mark.parametrize("name", ROLES)
def test_line_ends_of_windows_change_nothing(name: str, tmp_path: Path) -> None:
    outcome = run_check(make_repo(tmp_path / "repo", crlf(name), name))
    assert outcome.data is not None, outcome.error or outcome.crash
    assert outcome.data["status"] == "CLEAR", outcome.missing


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "nothing here\n"},
        {"x": b""},
        {"main.go": "package main\nfunc main() {}\n"},
        {"go.mod": "module x\n"},
    ],
    ids=["no Go", "an empty file", "a main alone", "a module alone"],
)
def test_repos_without_a_service(files: dict[str, str], tmp_path: Path) -> None:
    outcome = run_check(make_repo(tmp_path / "repo", files, None))
    assert not outcome.crash, outcome.crash
    assert outcome.error.startswith("UnknownService") or (outcome.data or {}).get("status") == "INCONCLUSIVE"
