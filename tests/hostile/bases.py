"""The healthy repos that attacks are laid over, as texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.git_repo import Content, GitRepo

TESTS = Path(__file__).resolve().parents[1]
FOLDERS = {
    "script": TESTS / "rules" / "base" / "script",
    "go-suite": TESTS / "rules" / "base" / "go-suite",
    "examples": TESTS.parent / "examples",
}


@cache
def base(name: str) -> Mapping[str, str]:
    """The files of a healthy repo: path -> text."""
    folder = FOLDERS[name]
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def make_repo(folder: Path, files: Mapping[str, Content], over: str | None = "script") -> Path:
    """A bare git repo with files laid over a healthy one; `over` None: with these files only."""
    repo = GitRepo(folder)
    repo.commit({**(base(over) if over else {}), **files})
    return folder
