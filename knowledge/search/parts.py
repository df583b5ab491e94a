"""What of a document is searched: title, headings, questions, the beginning, and passages.

A passage is a run of whole lines of about 1,200 characters that starts at a heading where it can; it is
what an answer quotes. Reading is by lines, linear in the text, and bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.articles import Article

PASSAGE = 1_200
"""Characters after which a passage ends at the next line."""

SHORT = 200
"""A heading starts a new passage when the one before it is at least so long."""

LEAD = 1_500
MAX_LINE = 4_000
"""Longer lines are cut into pieces: data pasted into a document."""

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.*)")


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of a document's body under a heading; `line` is 1-based in the body."""

    heading: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The searched parts of a document."""

    title: str
    headings: str
    questions: str
    lead: str
    body: str
    passages: tuple[Passage, ...]


def parts(article: Article) -> Parts:
    """The parts of an article or case. Its rules and symptoms count as words of its title."""
    reader = _Reader()
    for number, line in enumerate(article.body.split("\n"), 1):
        reader.take(line, number)
    headings = [text for text in reader.headings if text.strip() != article.title]
    asked = [*article.questions, *reader.questions]
    title = " ".join((article.title, *article.rules, *article.symptoms))
    return Parts(
        title=title,
        headings="\n".join(headings),
        questions="\n".join(asked),
        lead="\n".join((*article.questions, article.body[:LEAD])),
        body="\n".join((title, *article.questions, article.body)),
        passages=reader.passages(),
    )


class _Reader:
    """Takes the lines of a body and keeps headings, questions and passages."""

    def __init__(self) -> None:
        self.headings: list[str] = []
        self.questions: list[str] = []
        self._done: list[Passage] = []
        self._lines: list[str] = []
        self._size = 0
        self._start = 1
        self._heading = ""
        self._fenced = False

    def take(self, line: str, number: int) -> None:
        if line.lstrip().startswith(("```", "~~~")):
            self._fenced = not self._fenced
        match = None if self._fenced else _HEADING.match(line[:MAX_LINE])
        if match is not None:
            self.headings.append(match[1][:300])
            if self._size > SHORT:
                self._close(number)
            self._heading = match[1][:300]
        if line.rstrip("*_\"' \t").endswith("?") and len(line) <= MAX_LINE:
            self.questions.append(line.strip())
        for start in range(0, max(len(line), 1), MAX_LINE):
            piece = line[start : start + MAX_LINE]
            self._lines.append(piece)
            self._size += len(piece)
            if self._size > PASSAGE:
                self._close(number + 1)

    def _close(self, next_line: int) -> None:
        text = "\n".join(self._lines).strip("\n")
        if text.strip():
            self._done.append(Passage(self._heading, text, self._start))
        self._lines, self._size, self._start = [], 0, next_line

    def passages(self) -> tuple[Passage, ...]:
        self._close(0)
        return tuple(self._done)
