"""Suspects, things tried, ways to help (`Option 1: ...`), and what success looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.requests.blocks import Kind
from knowledge.requests.model import Option, Stated, Suspect
from knowledge.requests.prose import sentences
from knowledge.requests.sections import Placed, Topic, bare
from knowledge.requests.topics import suspected_rules

MAX_EACH = 200
MAX_CODE_TEXT = 2_000

_OPTION = re.compile(
    r"^(?:option|alternative|choice|variant)\s+(\d{1,2}|[A-Za-z])\b\s*[:.)\u2013\u2014-]*\s*(.{0,200})",
    re.IGNORECASE | re.DOTALL,
)
_THEORY = re.compile(
    r"^(?:theory|hypothesis|suspect|suspicion|possible cause|potential cause)\s*#?(?:\d{1,2}"
    r"|[A-Z])?\s*[:.)\u2013\u2014-]\s*\S",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"\b(?:we|i) (?:have |'ve |already |also )*(?:tried|checked|verified|tested"
    r"|attempted|rebuilt|removed|confirmed)\b",
    re.IGNORECASE,
)
_KEY = re.compile(r"^[A-Z][\w ]{1,20}:\s")
_SECONDARY = re.compile(
    r"^[^\w]{0,6}(?:evidence|test|reference|likelihood|probability|action|fix"
    r"|status|result|verification)\b.{0,12}:",
    re.IGNORECASE,
)


def read_suspects(placed: Sequence[Placed]) -> tuple[tuple[Suspect, ...], set[int]]:
    """(suspected causes, indexes of the blocks that they stand in)."""
    found: dict[str, Suspect] = {}
    used: set[int] = set()
    theory: tuple[str, ...] | None = None
    for item in placed:
        if item.block.kind is Kind.HEADING:
            theory = None
            words = bare(item.block.text)
            if _THEORY.match(words) is not None:
                theory = item.headings
                found.setdefault(words, _suspect(words, item.block.line))
                used.add(item.index)
            continue
        if theory is not None and item.headings == theory:
            used.add(item.index)
            continue
        for text, line in _suspicions(item):
            used.add(item.index)
            if len(found) < MAX_EACH:
                found.setdefault(text, _suspect(text, line))
    return tuple(found.values()), used


def _suspect(text: str, line: int) -> Suspect:
    rules, kinds = suspected_rules(text)
    return Suspect(text[:600], line, rules, kinds)


def _suspicions(item: Placed) -> Iterator[tuple[str, int]]:
    block = item.block
    if block.kind is Kind.CODE:
        return
    if item.topic is Topic.SUSPECTS:
        if block.kind is Kind.ROW and block.cells != block.header:
            yield ": ".join(cell for cell in block.cells[:2] if cell), block.line
        elif (block.kind is Kind.ITEM and block.depth <= 1 and not _SECONDARY.match(block.text)) or (
            block.kind is Kind.LINE
            and not item.is_lead
            and _KEY.match(block.text)
            and not _SECONDARY.match(block.text)
        ):
            yield block.text, block.line
        return
    quiet = item.topic in (Topic.QUESTIONS, Topic.OPTION, Topic.SUCCESS, Topic.LINKS) or item.is_lead
    if quiet or block.kind is Kind.ROW:
        return
    for sentence in sentences(block):
        if sentence.supposes and suspected_rules(sentence.text)[0]:
            yield sentence.text, sentence.line


def read_tried(placed: Sequence[Placed]) -> tuple[tuple[Stated, ...], set[int]]:
    """(what was tried, indexes of the blocks that say so)."""
    found: dict[tuple[str, int], Stated] = {}
    used: set[int] = set()
    for item in placed:
        block = item.block
        text = ""
        if item.topic is Topic.TRIED:
            top = block.kind is Kind.ITEM and block.depth <= 1
            divides = (
                block.kind is Kind.HEADING and len(item.headings) > 1 and item.section != item.headings[0]
            )
            if top or (divides and _own(item)) or (block.kind is Kind.ROW and block.cells != block.header):
                text = bare(block.text) if block.kind is Kind.HEADING else block.text
            elif block.kind in (Kind.LINE, Kind.CODE, Kind.ITEM):
                used.add(item.index)
                if block.kind is Kind.LINE and not item.is_lead and _TRIED.search(block.text, 0, 600):
                    text = block.text
        elif block.kind in (Kind.LINE, Kind.ITEM) and _TRIED.search(block.text, 0, 600) is not None:
            text = block.text
        if text and not text.rstrip().endswith("?") and len(found) < MAX_EACH:
            found.setdefault((text, block.line), Stated(text[:600], block.line))
            used.add(item.index)
    return tuple(found.values()), used


def _own(item: Placed) -> bool:
    """A heading that names one try under `What we tried`, not the one that announces them all."""
    return (
        re.search(r"\b(?:what|tried|troubleshooting|investigation)\b", item.headings[-1], re.IGNORECASE)
        is None
    )


def read_options(placed: Sequence[Placed]) -> tuple[tuple[Option, ...], set[int]]:
    """(the ways to help that are offered with what each asks for, indexes of their blocks)."""
    options: list[Option] = []
    used: set[int] = set()
    inside: tuple[str, ...] | None = None
    for item in placed:
        block = item.block
        match = (
            _OPTION.match(bare(block.text)) if block.kind in (Kind.HEADING, Kind.ITEM, Kind.LINE) else None
        )
        heading = block.kind is Kind.HEADING
        if match is not None and (heading or item.is_lead or (block.kind is Kind.ITEM and block.inline.bold)):
            if len(options) < MAX_EACH:
                options.append(Option(match[1].upper(), bare(match[2]), block.line))
                inside = item.headings if heading else None
                used.add(item.index)
        elif heading:
            inside = inside if inside is not None and item.headings[: len(inside)] == inside else None
        elif (
            inside is not None
            and block.kind in (Kind.LINE, Kind.ITEM)
            and item.topic in (Topic.OPTION, Topic.UNKNOWN)
        ):
            used.add(item.index)
            if not block.text.rstrip().endswith(":") and len(options[-1].asks) < MAX_EACH:
                ask = Stated(block.text[:600], block.line)
                options[-1] = replace(options[-1], asks=(*options[-1].asks, ask))
    return tuple(options), used


def read_success(placed: Sequence[Placed]) -> tuple[tuple[Stated, ...], set[int]]:
    """(what the request calls success, indexes of the blocks that say so)."""
    found: list[Stated] = []
    used: set[int] = set()
    for item in placed:
        block = item.block
        if item.topic is not Topic.SUCCESS or block.kind is Kind.HEADING or len(found) >= MAX_EACH:
            continue
        if block.kind is Kind.ROW and block.cells == block.header:
            continue
        used.add(item.index)
        if not item.is_lead:
            found.append(Stated(block.text[:MAX_CODE_TEXT], block.line))
    return tuple(found), used
