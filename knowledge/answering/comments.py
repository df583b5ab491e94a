"""What a team wrote in comments beside the lines that matter: quoted as data, redacted, bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.facts.path import CoveragePath
from bot.model import Evidence
from bot.redact import redact

ABOVE = 4
"""A comment belongs to a place when it stands on its lines or at most this many above it."""
MAX_QUOTE = 240
MAX_LINE = 600
MAX_LINES = 8
MAX_PLACES = 200
_COMMENT = re.compile(r"^\s{0,200}(?:#(?!!)|//)[\s#/]{0,40}(?P<text>\S.{0,500})")
_COVERAGE = re.compile(r"cover|covdata|covmeta|covcounters", re.IGNORECASE)
_CODE = re.compile(r"[{};]\s*$|:=|^\w+\(.*\)$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A comment as written (one line of text, cut), and where it stands."""

    text: str
    evidence: Evidence


def comments_near(
    path: CoveragePath, near: Iterable[Evidence], words: str, *, coverage: bool = False
) -> list[Quote]:
    """The comments beside some places that have one of these words, in order; each once.

    `coverage`: only those that speak of coverage too. The files are those of the path's `texts`.
    """
    found: list[Quote] = []
    seen: set[tuple[str, int]] = set()
    pattern = re.compile(words, re.IGNORECASE)
    files: dict[str, list[str]] = {}
    for place in list(near)[:MAX_PLACES]:
        if place.path not in files:
            files[place.path] = path.texts.get(place.path, "").split("\n")
        lines = files[place.path]
        last = min(place.end_line, place.line + 40, len(lines))
        for number in range(max(place.line - ABOVE, 1), last + 1):
            text = _text(lines, number)
            if text is None or pattern.search(text) is None or (place.path, number) in seen:
                continue
            quote = _quote(path, place.path, lines, number)
            seen.update(
                (place.path, each) for each in range(quote.evidence.line, quote.evidence.end_line + 1)
            )
            if not coverage or _COVERAGE.search(quote.text):
                found.append(quote)
    return found


def _quote(path: CoveragePath, name: str, lines: list[str], number: int) -> Quote:
    """A line of a comment with those that it goes on from and goes on in: they begin with a small letter."""
    first = last = number
    while number - first < MAX_LINES and _goes_on(lines, first) and _text(lines, first - 1) is not None:
        first -= 1
    while last - first + 1 < MAX_LINES and _goes_on(lines, last + 1):
        last += 1
    text = redact(" ".join(_text(lines, each) or "" for each in range(first, last + 1)))
    if len(text) > MAX_QUOTE:
        text = text[: MAX_QUOTE - 1].rstrip() + "…"
    excerpt = "\n".join(redact(line[:MAX_LINE]) for line in lines[first - 1 : last])
    return Quote(text, Evidence(name, first, last, excerpt, path.repo.permalink(name, first, last)))


def _goes_on(lines: list[str], number: int) -> bool:
    text = _text(lines, number)
    return text is not None and text[:1].islower()


def _text(lines: list[str], number: int) -> str | None:
    """The text of a comment that fills a line; None for other lines, code and ornaments."""
    if not 1 <= number <= len(lines):
        return None
    match = _COMMENT.match(lines[number - 1][:MAX_LINE])
    if match is None or not re.search(r"[A-Za-z]{2}", match["text"]) or _CODE.search(match["text"]):
        return None
    return match["text"].rstrip()
