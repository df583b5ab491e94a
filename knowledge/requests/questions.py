"""The questions of a request: numbered ones under a heading, headings that ask, and sentences of prose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.requests.blocks import Kind
from knowledge.requests.model import Question, Stated
from knowledge.requests.prose import sentences
from knowledge.requests.sections import Placed, Topic, bare, question_heading
from knowledge.requests.topics import question_topics

MAX_QUESTIONS = 200

_ASKS = re.compile(
    r"^(?:please|could you|can you|would you|confirm|clarify|tell us|let us know|share|explain"
    r"|describe|provide|advise)\b",
    re.IGNORECASE,
)
_REPLIES = re.compile(r"\b(?:answer|response|reply)", re.IGNORECASE)
_RESTATED = re.compile(r"(?:\w+ ){0,2}answers?\b", re.IGNORECASE)
"""A section of answers repeats the questions that were asked above."""
_ANSWERED = re.compile(r"\b(?:ANSWERED|Answered):")
_ANSWER = re.compile(
    r"^[^\w]{0,8}(?:(?:\w{1,20} ){0,3}(?:answer|response|reply|decision"
    r"|resolution)s?\b(?:\s?\([^)]{0,60}\))?|A\d{0,2})\s?[:.]|^[^\w]{0,8}A\s?\d{0,2}:"
    r"|^\s*(?:✅|❌)\s*(?:yes|no)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[^\w]{0,8}(?:Q\s?(\d{1,3})|questions?\s*#?(\d{1,3}))\s?[:.)\u2013\u2014-]\s*", re.IGNORECASE
)
_ALONE = re.compile(
    r"^\W*(?:any )?(?:questions?|concerns?|feedback|thoughts)(?: or \w+)?\?*\W*$", re.IGNORECASE
)
_PROSE_SILENT = frozenset(
    {Topic.SUSPECTS, Topic.OPTION, Topic.SUCCESS, Topic.STATED_ELSEWHERE, Topic.LINKS, Topic.FILES}
)


def read_questions(placed: Sequence[Placed]) -> tuple[tuple[Question, ...], set[int]]:
    """(the questions in order, indexes of the blocks that they stand in).

    Where the request asks in a place of its own, sentences elsewhere that end in a question mark are
    rhetoric or part of something else, and are left.
    """
    used: set[int] = set()
    found = list(_asked_in_place(placed, used))
    if not found:
        found = list(_asked_in_prose(placed, used))
    return _numbered(_once(found)[:MAX_QUESTIONS]), used


def _once(found: Sequence[Question]) -> list[Question]:
    """Each question once, where it is asked first; answered if it is where it is repeated."""
    kept: dict[str, Question] = {}
    for question in found:
        first = kept.setdefault(question.text.casefold(), question)
        if question.answered and not first.answered:
            kept[question.text.casefold()] = replace(first, answered=True)
    return list(kept.values())


def _asked_in_place(placed: Sequence[Placed], used: set[int]) -> Iterator[Question]:
    at = 0
    while at < len(placed):
        item = placed[at]
        text = _question_text(item)
        if text is None or (used and _RESTATED.match(item.section) is not None):
            at += 1
            continue
        used.add(item.index)
        details, answered, after = _what_follows(placed, at)
        used.update(other.index for other in details)
        label = _LABEL.match(bare(item.block.text) if item.block.kind is Kind.HEADING else item.block.text)
        n = item.block.number or (int(label[1] or label[2]) if label else 0)
        notes = tuple(Stated(other.block.text[:500], other.block.line) for other in details)
        answered = answered or _ANSWERED.search(text) is not None
        yield Question(n, text, item.block.line, question_topics(text), notes, answered)
        at = after


def _question_text(item: Placed) -> str | None:
    """The question that a block is, or None."""
    block, text = item.block, item.block.text.strip()
    if _ALONE.match(text[:80]) is not None or block.kind is Kind.CODE or len(text) > 1_500:
        return None
    if block.kind is Kind.HEADING:
        return _of_heading(item)
    if block.kind is Kind.ROW:
        return _of_row(item)
    label = _LABEL.match(text)
    if label is not None and "?" in text:
        return _tidy(text[label.end() :])
    if item.topic is not Topic.QUESTIONS or (item.is_lead and not text.endswith("?")):
        return None
    if (
        block.kind is Kind.ITEM
        and block.depth <= 1
        and ("?" in text or (block.number and _ASKS.match(bare(text))))
    ):
        return None if _ANSWER.match(text) else _tidy(text)
    alone = block.kind is Kind.LINE and block.depth == 0 and text.rstrip("*` )").endswith("?")
    return _tidy(text) if alone else None


def _of_heading(item: Placed) -> str | None:
    text, words = item.block.text, bare(item.block.text)
    label = _LABEL.match(words)
    if "?" not in text or not (question_heading(text) or item.topic is Topic.QUESTIONS):
        return None
    if label is not None:
        return _tidy(words[label.end() :], "?")
    return _tidy(words, "?") if text.rstrip("*` ").endswith("?") else None


def _of_row(item: Placed) -> str | None:
    """The cell that asks, in a table of questions."""
    block = item.block
    asked = item.topic is Topic.QUESTIONS or any("question" in head.lower() for head in block.header)
    if block.cells == block.header:
        return None
    for cell in block.cells:
        label = _LABEL.match(cell)
        if cell.rstrip("* `").endswith("?") and (asked or label is not None):
            return _tidy(cell[label.end() :] if label else cell)
    return None


def _what_follows(placed: Sequence[Placed], at: int) -> tuple[list[Placed], bool, int]:
    """(lines that belong to the question, whether an answer follows, where to go on)."""
    block = placed[at].block
    details: list[Placed] = []
    answers = any(_REPLIES.search(head) is not None for head in block.header) or len(block.cells) > 2
    row_answered = block.kind is Kind.ROW and answers and all(block.cells[1:])
    for index in range(at + 1, min(at + 40, len(placed))):
        other = placed[index].block
        if _ANSWER.match(other.text[:120]) is not None:
            return details, True, index + 1
        belongs = (
            other.kind is Kind.ITEM and other.depth > max(block.depth, 1) - (block.kind is not Kind.ITEM)
        ) or (other.kind is Kind.LINE and other.depth >= 1 and block.kind is Kind.ITEM)
        if (
            block.kind is Kind.HEADING
            and other.kind is not Kind.HEADING
            and _question_text(placed[index]) is None
        ):
            belongs = len(details) < 12 and other.kind in (Kind.LINE, Kind.ITEM)
        if not belongs:
            return details, row_answered, index
        details.append(placed[index])
    return details, row_answered, at + 1 + len(details)


def _asked_in_prose(placed: Sequence[Placed], used: set[int]) -> Iterator[Question]:
    for item in placed:
        block = item.block
        if block.kind not in (Kind.LINE, Kind.ITEM) or item.topic in _PROSE_SILENT:
            continue
        for sentence in sentences(block):
            text = _tidy(sentence.text)
            if sentence.asks and len(text.split()) >= 3 and _ALONE.match(text) is None:
                used.add(item.index)
                yield Question(0, text, sentence.line, question_topics(text))


def _tidy(text: str, end: str = "") -> str:
    text = text.strip(" *_,;-–—:").strip()
    return text if not end or text.endswith(end) else text + end


def _numbered(found: Sequence[Question]) -> tuple[Question, ...]:
    """Numbers as written where they rise without a gap to explain, else counted."""
    written = [question.n for question in found]
    rising = all(written) and all(a < b for a, b in itertools.pairwise(written))
    return tuple(replace(q, n=q.n if rising else place) for place, q in enumerate(found, 1))
