"""CODEOWNERS as GitHub reads it: the first of three places, and in it the last line that matches.

Patterns are those of .gitignore without `!` and `[...]`, and `dir/*` does not go below `dir`; lines that
GitHub refuses are passed over (docs.github.com, "About code owners"). A pattern is held against a path
segment by segment, with `fnmatch` inside one (it does not backtrack), so that a hostile one costs no more
than a plain one.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.model import Evidence
from bot.repo.base import File, Skip, Snapshot

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
MAX_LINES = 10_000
MAX_PATTERN = 400
_OWNER = re.compile(r"@[\w.-]{1,60}(?:/[\w.-]{1,100})?|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_DEEP = "**"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: the pattern as segments (`**`: any number of them) and the owners, which may be none."""

    segments: tuple[str, ...]
    owners: tuple[str, ...]
    line: int

    def matches(self, path: str) -> bool:
        """Whether it is about the file `path`."""
        return _match(self.segments, path.split("/"))


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The rules of the file that counts; `file` is None when there is none, `why` says what was not read."""

    rules: tuple[Rule, ...] = ()
    file: File | None = None
    why: str = ""

    def of(self, path: str) -> tuple[tuple[str, ...], Evidence] | None:
        """The owners of a path with the line that says so; None when no line matches or it names nobody."""
        for rule in reversed(self.rules):
            if rule.matches(path):
                return (rule.owners, self.file.at(rule.line)) if rule.owners and self.file else None
        return None


def read_codeowners(snapshot: Snapshot) -> CodeOwners:
    """The CODEOWNERS of a repo at a commit. Raises RepoError as `snapshot.read` does."""
    for place in PLACES:
        if place in snapshot.entries:
            file = snapshot.read(place)
            if isinstance(file, Skip):
                return CodeOwners(why=f"{place} was not read: {file.reason}")
            return CodeOwners(tuple(_rules(file.lines)), file)
    return CodeOwners(why="the repo has no CODEOWNERS")


def parse_pattern(pattern: str) -> tuple[str, ...] | None:
    """A pattern as segments; None for one that GitHub does not take, or that is too long.

    Without a slash before its end it matches in any folder; what is named also covers what lies below it,
    unless it ends in `*`.
    """
    if not 0 < len(pattern) <= MAX_PATTERN or pattern.startswith("!") or "[" in pattern or "]" in pattern:
        return None
    anchored = "/" in pattern.rstrip("/")
    below = pattern.endswith("/")
    segments = [_plain(each) for each in pattern.split("/") if each]
    if not segments:
        return None
    if not anchored:
        segments.insert(0, _DEEP)
    if below:
        segments += ["*", _DEEP]
    elif segments[-1] != "*" and segments[-1] != _DEEP:
        segments.append(_DEEP)
    return tuple(each for n, each in enumerate(segments) if each != _DEEP or segments[n - 1 : n] != [_DEEP])


def _rules(lines: Sequence[str]) -> Iterator[Rule]:
    for number, line in enumerate(lines[:MAX_LINES], 1):
        words = _WORD.findall(line[:4_000])
        if not words or words[0].startswith("#"):
            continue
        owners = []
        for word in words[1:]:
            if word.startswith("#"):
                break
            owners.append(word)
        segments = parse_pattern(words[0])
        if segments is not None and all(_OWNER.fullmatch(each) for each in owners):
            yield Rule(segments, tuple(owners), number)


def _plain(segment: str) -> str:
    """A segment for `fnmatch`: `\\ ` is a space, `\\*` a star."""
    return re.sub(r"\\(.)", lambda m: f"[{m[1]}]" if m[1] in "*?" else m[1], segment)


def _match(segments: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether segments match all the parts: one row of a table a segment, no backtracking."""
    reach = [True] + [False] * len(parts)
    for segment in segments:
        if segment == _DEEP:
            first = reach.index(True) if True in reach else len(reach)
            reach = [n >= first for n in range(len(reach))]
        else:
            reach = [False] + [reach[n] and _fits(segment, part) for n, part in enumerate(parts)]
    return reach[-1]


def _fits(segment: str, part: str) -> bool:
    return segment == "*" or _compiled(segment).match(part) is not None


@lru_cache(maxsize=4096)
def _compiled(segment: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(segment))
