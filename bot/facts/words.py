"""Strings that are known only in part: an unknown part stands as `${name}`."""

from __future__ import annotations

import posixpath
import re

REPO = "${repo}"
"""The absolute path of the repo's root (`$PWD` of a script in the root, `$(CURDIR)` of its Makefile):
its value is unknown, its place is not, so `${repo}/coverdata` is `coverdata` seen from the root."""

_HOLE = re.compile(r"\$\{[^{}]*\}")


def hole(name: str) -> str:
    """The marker of an unknown part; `name` says what it is (a variable, a call)."""
    clean = re.sub(r"[{}$\s]+", " ", name).strip() or "?"
    return "${" + clean[:80] + "}"


def known(word: str | None) -> bool:
    """True when the whole string is known (no hole in it). None is not known."""
    return word is not None and _HOLE.search(word) is None


def holes(word: str) -> tuple[str, ...]:
    """The names of the unknown parts, in order."""
    return tuple(match[2:-1] for match in _HOLE.findall(word))


def could_equal(left: str, right: str) -> bool:
    """Whether two strings could be the same once their holes are filled."""
    if known(left) and known(right):
        return left == right
    if not known(left) and not known(right):
        return True
    pattern, text = (left, right) if known(right) else (right, left)
    parts = [re.escape(part) for part in _HOLE.split(pattern)]
    return re.fullmatch(".*".join(parts), text, re.DOTALL) is not None


def clean_path(path: str) -> str:
    """A POSIX path without `.`, `..`, doubled or trailing slashes: `/a/./b/` is `/a/b`."""
    normal = posixpath.normpath(path)
    return "/" + normal.lstrip("/") if normal.startswith("//") else normal


def covers(directory: str, path: str) -> bool:
    """Whether `path` is `directory` or lies below it (both absolute or both relative)."""
    outer, inner = clean_path(directory), clean_path(path)
    return inner == outer or outer == "/" or inner.startswith(outer + "/")


def below(directory: str, path: str) -> str:
    """The part of `path` below `directory`, without a leading slash; "" for the same place."""
    outer, inner = clean_path(directory), clean_path(path)
    return "" if inner == outer else inner[len(outer.rstrip("/")) + 1 :]
