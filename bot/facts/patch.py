"""Unified diffs that `git apply` takes, made from line edits of the texts a path carries.

An edit that cannot be made mechanically (the text is not on those lines, the file was not read) is
None, and a diff with a None in it is None: half a fix is not offered as a patch.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.facts.node import KindNode
from bot.facts.path import CoveragePath
from bot.model import Evidence

_NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines `line` to `end_line` (1-based, inclusive) of a file become `new`.

    With `end_line` one less than `line` nothing goes and `new` is put before `line`.
    """

    file: str
    line: int
    end_line: int
    new: tuple[str, ...]


def replace(path: CoveragePath, place: Evidence, old: str, new: str) -> Edit | None:
    """Put `new` for the only `old` on the lines of `place`; None when it is not there exactly once."""
    lines = _lines(path, place.path)
    if not old or place.end_line > len(lines):
        return None
    text = "\n".join(lines[place.line - 1 : place.end_line])
    if text.count(old) != 1:
        return None
    return Edit(place.path, place.line, place.end_line, tuple(text.replace(old, new).split("\n")))


def replace_word(path: CoveragePath, place: Evidence, old: str, new: str) -> Edit | None:
    """Like `replace`, for `old` as a whole word (no path or name character beside it)."""
    lines = _lines(path, place.path)
    if not old or place.end_line > len(lines):
        return None
    text = "\n".join(lines[place.line - 1 : place.end_line])
    changed, count = re.subn(rf"(?<![\w./-]){re.escape(old)}(?![\w./-])", lambda _: new, text)
    if count != 1:
        return None
    return Edit(place.path, place.line, place.end_line, tuple(changed.split("\n")))


def insert_before(path: CoveragePath, place: Evidence, *new: str) -> Edit | None:
    """Put lines before the first line of `place`, indented like it."""
    lines = _lines(path, place.path)
    if place.line > len(lines):
        return None
    indent = _indent(lines[place.line - 1])
    return Edit(place.path, place.line, place.line - 1, tuple(indent + line for line in new))


def insert_after(path: CoveragePath, place: Evidence, *new: str) -> Edit | None:
    """Put lines after the last line of `place`, indented like its first line."""
    lines = _lines(path, place.path)
    if place.end_line > len(lines):
        return None
    indent = _indent(lines[place.line - 1])
    return Edit(place.path, place.end_line + 1, place.end_line, tuple(indent + line for line in new))


def delete(path: CoveragePath, place: Evidence) -> Edit | None:
    """Take the lines of `place` out."""
    if place.end_line > len(_lines(path, place.path)):
        return None
    return Edit(place.path, place.line, place.end_line, ())


def diff(path: CoveragePath, *edits: Edit | None) -> str | None:
    """One unified diff of all edits, or None when one of them could not be made or they overlap."""
    made = [edit for edit in edits if edit is not None]
    if not made or len(made) != len(edits):
        return None
    parts = []
    for file in dict.fromkeys(edit.file for edit in made):
        changed = _apply(_lines(path, file), [edit for edit in made if edit.file == file])
        if changed is None:
            return None
        parts.append(_unified(file, path.texts[file], changed))
    return "".join(parts) or None


def _lines(path: CoveragePath, file: str) -> list[str]:
    text = path.texts.get(file)
    return [] if text is None else text.removesuffix("\n").split("\n")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _apply(lines: list[str], edits: Sequence[Edit]) -> list[str] | None:
    changed = list(lines)
    limit = len(lines) + 1
    for edit in sorted(set(edits), key=lambda e: (e.line, e.end_line), reverse=True):
        if edit.end_line >= limit:
            return None
        changed[edit.line - 1 : edit.end_line] = edit.new
        limit = edit.line
    return changed


def _unified(file: str, before: str, after: list[str]) -> str:
    new = "\n".join(after) + ("\n" if before.endswith("\n") else "")
    rows = difflib.unified_diff(
        before.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{file}", f"b/{file}"
    )
    return "".join(row if row.endswith("\n") else f"{row}\n{_NO_NEWLINE}" for row in rows)


def give_extra_mount(
    path: CoveragePath, nodes: Sequence[KindNode], host_path: str, container_path: str
) -> str | None:
    """The diff that gives Kind nodes an extraMount; None where they have mounts, or not in a YAML file."""
    if any(node.mounts or not node.evidence.path.endswith((".yaml", ".yml")) for node in nodes):
        return None
    lines = ("  extraMounts:", f"  - hostPath: {host_path}", f"    containerPath: {container_path}")
    firsts = (Evidence(n.evidence.path, n.evidence.line, n.evidence.line) for n in nodes)
    return diff(path, *(insert_after(path, first, *lines) for first in firsts))
