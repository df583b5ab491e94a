"""Paths in Go code: the repo's root is `${repo}`, so that paths below it can be looked up."""

from __future__ import annotations

import posixpath

from bot.facts.words import hole, known

REPO = hole("repo")


def repo_path(path: str, cwd: str | None) -> str | None:
    """The repo-relative form of a path ("" is the root); None when it may lie outside."""
    if path == REPO or path.startswith(REPO + "/"):
        rest = path[len(REPO) :].lstrip("/")
    elif path.startswith("/") or cwd is None:
        return None
    else:
        rest = posixpath.join(cwd, path)
    if not known(rest):
        return None
    clean = posixpath.normpath(rest) if rest else "."
    if clean.startswith(".."):
        return None
    return "" if clean == "." else clean


def absolute(path: str, cwd: str | None) -> str:
    """filepath.Abs."""
    if path.startswith(("/", "${")):
        return path
    inside = repo_path(path, cwd)
    if inside is None:
        return path
    return f"{REPO}/{inside}" if inside else REPO


def join(parts: list[str]) -> str:
    """filepath.Join: empty parts left out, the result cleaned; holes are kept as they are."""
    left = [part for part in parts if part]
    if not left:
        return ""
    text = "/".join(left)
    return clean(text)


def clean(path: str) -> str:
    """filepath.Clean. `..` behind an unknown part is not resolved."""
    if path.startswith(REPO):
        inside = posixpath.normpath("/" + path[len(REPO) :].lstrip("/"))
        return REPO if inside == "/" else REPO + inside
    if "${" in path and ".." in path.split("/"):
        return path
    normal = posixpath.normpath(path) if path else "."
    return "/" + normal.lstrip("/") if normal.startswith("//") else normal


def parent(path: str) -> str:
    """filepath.Dir; the root's parent is the root."""
    if path == REPO:
        return REPO
    return posixpath.dirname(path) or "."
