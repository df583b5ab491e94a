"""The text of a Makefile as logical lines: continuations joined, recipes kept as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINES = 30_000
MAX_LINE = 20_000
"""Characters of a logical line; the rest of a longer one is not read."""

_DEFINE = re.compile(r"\s*(?:override\s+|export\s+)*define\b")
_ENDEF = re.compile(r"\s*endef\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: 1-based first and last line of the file and its text.

    `recipe` is True when it begins with a tab; its text then keeps backslash and newline, as the shell
    gets them. In other lines a continuation is one blank (GNU make manual, "Splitting Lines").
    """

    first: int
    last: int
    text: str
    recipe: bool


def logical_lines(text: str) -> Iterator[Line]:
    """The logical lines of a Makefile; those inside define ... endef come one by one, unjoined."""
    lines = text.split("\n")[:MAX_LINES]
    at, depth = 0, 0
    while at < len(lines):
        first = at
        parts = [lines[at]]
        while _continues(lines[at]) and at + 1 < len(lines) and depth == 0:
            at += 1
            parts.append(lines[at])
        at += 1
        recipe = parts[0].startswith("\t")
        whole = "\n".join(parts) if recipe or depth else _joined(parts)
        if not recipe:
            depth += _DEFINE.match(whole[:200]) is not None
            depth -= _ENDEF.match(whole[:200]) is not None and depth > 0
        yield Line(first + 1, at, whole[:MAX_LINE], recipe)


def _continues(line: str) -> bool:
    return line.endswith("\\") and (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _joined(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return " ".join(part[:-1].strip() if _continues(part) else part.strip() for part in parts)


def without_comment(text: str) -> str:
    """A line up to its comment; `\\#` is a plain `#`."""
    if "#" not in text:
        return text
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter in "({") - (letter in ")}")
        if letter == "#" and depth <= 0 and (index == 0 or text[index - 1] != "\\"):
            return text[:index].replace("\\#", "#")
    return text.replace("\\#", "#")


def outside(text: str, wanted: str) -> int:
    """The index of the first of the wanted characters outside `$(...)` and `${...}`, or -1."""
    depth = 0
    for index, letter in enumerate(text):
        if letter in "({" and index and (text[index - 1] == "$" or depth):
            depth += 1
        elif letter in ")}" and depth:
            depth -= 1
        elif not depth and letter in wanted:
            return index
    return -1


def words(text: str) -> list[str]:
    """Split at blanks; `$(...)`, `${...}` and holes stay whole."""
    found: list[str] = []
    current, depth = "", 0
    for index, letter in enumerate(text):
        if letter in "({" and index and (text[index - 1] == "$" or depth):
            depth += 1
        elif letter in ")}" and depth:
            depth -= 1
        if letter.isspace() and not depth:
            if current:
                found.append(current)
            current = ""
        else:
            current += letter
    return [*found, current] if current else found
