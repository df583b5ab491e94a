"""A block of prose > its sentences, each with its line, and whether it asks, supposes or states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.requests.blocks import Block

MAX_TEXT = 3_000
"""Characters of a block that are taken apart."""

_END = re.compile(r"(?<=[.!?])[\"')*`]{0,3}\s+(?=\S)|\s{2,}|\s[\u2013\u2014]\s")
_ASKING = (
    r"(?:what|which|how|why|when|where|who|whose|do|does|did|is|are|was|were|can|could|would|should|will|has|have"
    r"|had|any|anyone|anybody|may|shall|if so|if yes|if not)"
)
_ASKS = re.compile(rf"(?:and |but |so |also )?{_ASKING}\b", re.IGNORECASE)
_ANY_ASKING = re.compile(rf"\b{_ASKING}\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"(?:if|when|since|given|because|for|in|as|with|after|before|assuming)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"(?:,|;|:|\s-)\s+")
_SUPPOSES = re.compile(
    r"\b(?:we (?:suspect|think|believe|guess|assume)|i (?:suspect|think|guess|assume)"
    r"|our (?:guess|theory|suspicion|hypothesis)"
    r"|my guess|(?:could|might|may) (?:it )?be (?:that|because|caused|due|related)"
    r"|maybe (?:it'?s|it is|the|because)"
    r"|perhaps (?:it'?s|the|because)|suspect(?:ed|ing)? (?:that|the|it))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or a clause of one that also asks), with the line on which it begins.

    `start` is its offset in the text of the block.
    """

    text: str
    line: int
    start: int
    asks: bool
    supposes: bool


def sentences(block: Block) -> Iterator[Sentence]:
    """The sentences of a block; `x is empty, what did you do?` is a statement and a question."""
    text = block.text[:MAX_TEXT]
    at = 0
    for match in _END.finditer(text):
        yield from _clauses(block, text[at : match.end()], at)
        at = match.end()
    yield from _clauses(block, text[at:], at)


def _clauses(block: Block, text: str, at: int) -> Iterator[Sentence]:
    cut = _question_start(text) if text.rstrip(" *_`)\"'").endswith("?") else 0
    for piece, offset in ((text[:cut], at), (text[cut:], at + cut)):
        words = piece.strip(" ,;-–—")
        if words:
            lead = len(piece) - len(piece.lstrip(" ,;-–—"))
            asks = words.rstrip(" *_`)\"'").endswith("?") and _ANY_ASKING.search(words) is not None
            start = offset + lead
            yield Sentence(words, block.line_at(start), start, asks, _SUPPOSES.search(words) is not None)


def _question_start(text: str) -> int:
    """Where the asking clause begins: behind statements, but not behind a condition of the question."""
    starts = [0, *(match.end() for match in _CLAUSE.finditer(text))]
    for start in starts:
        if _ASKS.match(text, start) is not None:
            return start
        if _CONDITION.match(text, start) is not None:
            return start
    return 0
