"""The targets of a Makefile by the look of its lines: quick and rough, to find where to start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.path.make.functions import stem_of
from bot.repo.base import File

MAX_TARGETS = 400
MAX_TEXT = 100_000
"""Bounds of one Makefile: targets looked at, and characters of recipes looked at for each."""

_TARGET = re.compile(r"^([A-Za-z0-9_.%/$(){}-][A-Za-z0-9_.%/$(){} -]*?)\s*::?(?![=:])(.*)$")
_TARGET_VARIABLE = re.compile(r"^\s*(?:(?:export|override|private)\s+)*[\w.-]+\s*[:+?]?=(.*)")
_SUBMAKE = re.compile(r"(?:\$[({]MAKE[)}]|\bg?make)\s+(.*)")


@dataclass(frozen=True, slots=True)
class Target:
    """A make target with the text that belongs to it."""

    name: str
    line: int
    end: int
    text: str
    needs: tuple[str, ...]


def make_targets(file: File) -> Iterator[Target]:
    """The targets of a Makefile with their recipes, by the look of the lines."""
    lines = file.lines
    at = 0
    while at < len(lines):
        match = _TARGET.match(lines[at][:500]) if not lines[at].startswith(("\t", " ", "#", ".")) else None
        if match is None:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and (
            lines[end].startswith("\t") or re.match(r"(ifn?eq|ifn?def|else|endif)\b", lines[end])
        ):
            end += 1
        rest = match[2].split("#")[0]
        needs = () if _TARGET_VARIABLE.match(rest) else tuple(w for w in rest.split() if w != "|")
        text = "\n".join(lines[at:end])[:20_000]
        calls = [w for m in _SUBMAKE.finditer(text) for w in m[1].split() if re.fullmatch(r"[\w.%-]+", w)]
        for name in match[1].split()[:20]:
            yield Target(name, at + 1, end, text, (*needs, *calls))
        at = end


def all_text(target: Target, targets: dict[str, Target], texts: dict[str, str]) -> str:
    """A target's text with that of what it needs and of the scripts it calls, as far as they were read."""
    seen: dict[str, None] = {}
    queue = [target.name]
    pieces: list[str] = []
    while queue and len(seen) < 40 and sum(map(len, pieces)) < MAX_TEXT:
        name = queue.pop(0)
        if name in seen:
            continue
        seen[name] = None
        found = targets.get(name) or _pattern(name, targets)
        if found is not None:
            pieces.append(found.text)
            queue.extend(found.needs)
    text = "\n".join(pieces)
    words = (word.strip("\"'();`@") for word in text.split())
    scripts = {word.lstrip("./") for word in words if word.endswith((".sh", ".bash"))}
    return "\n".join([text, *(texts[path] for path in sorted(scripts) if path in texts)])


def _pattern(name: str, targets: dict[str, Target]) -> Target | None:
    for pattern, target in targets.items():
        if "%" in pattern and (stem := stem_of(name, pattern)):
            needs = tuple(need.replace("%", stem) for need in target.needs)
            return Target(name, target.line, target.end, target.text, needs)
    return None
