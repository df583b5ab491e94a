"""The keyed lines of a request (`**From**: X`, `| To | Y |`, `- Priority: high`): who, when, how urgent."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.requests.blocks import Kind
from knowledge.requests.model import Dated, Stated
from knowledge.requests.sections import Placed, bare

PREAMBLE_HEADINGS = 2
"""Second-level headings up to which `From:` and the like are about the whole document."""
TAIL_BLOCKS = 12
"""Blocks at the end in which status, priority and timeline are about the whole document."""

_KEYS: dict[str, str] = {
    **dict.fromkeys(
        ("from", "requested by", "requester", "requestor", "asked by", "requesting team"), "asker"
    ),
    **dict.fromkeys(
        ("asking team", "reported by", "reporter", "submitted by", "raised by", "sender"), "asker"
    ),
    **dict.fromkeys(
        ("author", "authors", "created by", "prepared by", "written by", "issued by", "signed"), "author"
    ),
    **dict.fromkeys(("completed by", "responded by", "responder", "response from", "team"), "author"),
    **dict.fromkeys(("to", "for", "assigned to", "assignee", "target team", "target teams"), "asked"),
    **dict.fromkeys(("recipient", "recipients", "attention", "attn", "directed to", "audience"), "asked"),
    **dict.fromkeys(("affected team", "affected teams", "response to"), "asked"),
    **dict.fromkeys(("teams", "routing", "parties"), "parties"),
    **dict.fromkeys(
        ("date", "created", "requested", "reported", "request date", "date created", "sent"), "date"
    ),
    **dict.fromkeys(("response date", "opened", "created on", "date requested"), "date"),
    **dict.fromkeys(("status", "current status", "overall status"), "status"),
    **dict.fromkeys(("priority", "severity", "urgency"), "priority"),
    **dict.fromkeys(
        ("timeline", "deadline", "needed by", "due", "due date", "eta", "target date"), "timeline"
    ),
    **dict.fromkeys(("response deadline", "compliance deadline", "action required by"), "timeline"),
    **dict.fromkeys(("service", "component", "affected service", "affected component"), "service"),
    **dict.fromkeys(("subject", "title"), "title"),
}
_KEYED = re.compile(r"(?P<key>[A-Za-z][A-Za-z '/-]{1,30})(?:\s?\([^()]{0,40}\))?\s?:\s+(?P<value>\S.*)")
_STATUS_PARTS = re.compile(r"\s+\|\s+")
_NOISE = re.compile(r"^[^\w@`\"'(~<#*]+|[\s\ufe0f]+$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_LONG = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})\b")


@dataclass(frozen=True, slots=True)
class Keyed:
    """A keyed line: what its key stands for, its value without decoration, and where it is."""

    means: str
    value: str
    line: int
    index: int
    preamble: bool
    tail: bool
    team: bool = False
    """Whether the key itself says that the value is a team."""


def keyed_lines(placed: Sequence[Placed]) -> Iterator[Keyed]:
    """Every line, item or row whose key has a meaning here."""
    headings = 0
    for at, item in enumerate(placed):
        block = item.block
        headings += block.kind is Kind.HEADING and block.depth == 2
        preamble, tail = headings < PREAMBLE_HEADINGS, at >= len(placed) - TAIL_BLOCKS
        for key, value in _pairs(item):
            means = _KEYS.get(key.strip().lower())
            if means is not None and value:
                yield Keyed(means, value, block.line, item.index, preamble, tail, "team" in key.lower())


def _pairs(item: Placed) -> Iterator[tuple[str, str]]:
    block = item.block
    if block.kind is Kind.ROW and len(block.cells) == 2 and block.cells != block.header:
        yield bare(block.cells[0]), clean(block.cells[1])
    elif block.kind in (Kind.LINE, Kind.ITEM):
        parts = _STATUS_PARTS.split(block.text[:1000])
        keyed = [_KEYED.fullmatch(_NOISE.sub("", part)) for part in parts]
        if len(parts) > 1 and all(keyed):
            yield from ((match["key"], clean(match["value"])) for match in keyed if match)
        else:
            match = _KEYED.match(_NOISE.sub("", block.text[:1000]))
            if match is not None:
                yield match["key"], clean(match["value"])


def clean(value: str) -> str:
    """A value without emoji in front and blanks behind."""
    return _NOISE.sub("", value).strip()


def read_date(found: Sequence[Keyed]) -> Dated | None:
    """The document's date: its first keyed one."""
    for keyed in found:
        if keyed.means == "date" and keyed.preamble:
            return Dated(keyed.value, _day(keyed.value), keyed.line)
    return None


def _day(text: str) -> datetime.date | None:
    """A date with the year in four digits and the month in words, or ISO; anything else is not guessed."""
    if match := _ISO.search(text):
        parts = int(match[1]), int(match[2]), int(match[3])
    elif match := _LONG.search(text):
        parts = int(match[3]), _month(match[1]), int(match[2])
    elif match := _DAY_FIRST.search(text):
        parts = int(match[3]), _month(match[2]), int(match[1])
    else:
        return None
    try:
        return datetime.date(*parts)
    except ValueError:
        return None


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1 if word[:3].lower() in _MONTHS else 0


def read_status(found: Sequence[Keyed]) -> tuple[Stated, ...]:
    """The status words: of the head and of the end, each part for itself."""
    return tuple(
        Stated(words, keyed.line)
        for keyed in found
        if keyed.means == "status" and (keyed.preamble or keyed.tail)
        for part in _STATUS_PARTS.split(keyed.value)
        if (words := clean(part))
    )


def first_stated(found: Sequence[Keyed], means: str) -> Stated | None:
    """The first priority or timeline of the head or the end."""
    for keyed in found:
        if keyed.means == means and (keyed.preamble or keyed.tail):
            return Stated(keyed.value, keyed.line)
    return None
