"""A file as a request names it > the path in the repo: the same, in other letters or moved; no guess."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_NAMED = 4
"""Candidates that are named one by one; more are counted."""


class How(StrEnum):
    """How a path was found."""

    SAME = "same"
    LETTERS = "letters"
    """Only the case of letters differs."""
    MOVED = "moved"
    """Another folder; the only file of that name."""
    FOLDER = "folder"
    SEVERAL = "several"
    """Several files could be meant: none is taken."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Located:
    """Where a named file is: `path` in the repo, or None with the `candidates`."""

    how: How
    path: str | None = None
    candidates: tuple[str, ...] = ()


class Files:
    """All paths of a snapshot, to be found by what people write."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._lower: dict[str, list[str]] = {}
        self._names: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            self._lower.setdefault(path.lower(), []).append(path)
            self._names.setdefault(posixpath.basename(path).lower(), []).append(path)

    def find(self, written: str) -> Located:
        """The path that `written` means; a name that several files have is not decided."""
        path = _plain(written)
        if path is None:
            return Located(How.NONE)
        if path in self._paths:
            return Located(How.SAME, path)
        if any(each.startswith(path + "/") for each in self._paths):
            return Located(How.FOLDER, path)
        for how, found in self._near(path):
            if len(found) == 1:
                return Located(how, found[0])
            if found:
                return Located(How.SEVERAL, None, tuple(found))
        return Located(How.NONE)

    def _near(self, path: str) -> Iterable[tuple[How, Sequence[str]]]:
        """The next best readings of a path, the nearest first."""
        yield How.LETTERS, self._lower.get(path.lower(), ())
        named = self._names.get(posixpath.basename(path).lower(), ())
        ending = "/" + path.lower()
        yield How.MOVED, [each for each in named if ("/" + each.lower()).endswith(ending)]
        yield How.MOVED, named


def named(candidates: Sequence[str]) -> str:
    """`a, b, c and 3 more`."""
    shown = ", ".join(candidates[:MAX_NAMED])
    more = len(candidates) - MAX_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _plain(written: str) -> str | None:
    """The path without `./`, a leading slash, `:12` and `#L12`; None when it leads out of the repo."""
    text = written.strip().partition("#")[0]
    head, colon, tail = text.rpartition(":")
    if colon and tail.replace("-", "").isdigit():
        text = head
    path = posixpath.normpath(text.strip().lstrip("/")) if text.strip("/ ") else ""
    return None if path in ("", ".") or path == ".." or path.startswith("../") else path


def paths_under(path: str, paths: Mapping[str, object]) -> int:
    """How many files lie in a folder."""
    return sum(each.startswith(path + "/") for each in paths)
