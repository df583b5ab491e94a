"""A question answered from the knowledge base, or not: below its threshold it says what it looked at.

The answer to a question whose best match is an article is the article's text, filled; to one whose best match
is a plain case, the case's title and the passages that say most to the question, quoted with their source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.errors import KnowledgeError
from bot.redact import redact
from bot.render.plain import cut, one_line, visible
from knowledge.articles import Article
from knowledge.base import KnowledgeBase
from knowledge.search.confidence import CURVE, confidence
from knowledge.search.engine import Engine, Hit
from knowledge.search.question import read_question
from knowledge.search.signals import Signals, Votes
from knowledge.templates import fill as fill_template

PASSAGES = 2
MAX_PASSAGE = 900
MAX_ANSWER = 6_000
ALTERNATIVES = 3

CLOSE = 0.9
"""From this part of the answer's score on another document fits nearly as well: the words do not tell them
apart."""

Fill = Callable[[Article], str]
"""An article's template filled with the facts of whoever asks; raises KnowledgeError when it cannot be."""

_TEMPLATE = re.compile(r"\{[{%#]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question. `article` is the source of the answer, None when abstained; `confidence` is
    that of the best match; `alternatives` are further matches, for an abstention the nearest ones.

    `status` is the source's: confirmed, draft, stale or case; empty when abstained. `confirmed` says that it
    is a confirmed article; `looked_at` is the number of documents.
    """

    answered: bool
    answer: str
    article: Hit | None
    confidence: float
    alternatives: tuple[Hit, ...]
    looked_at: int
    confirmed: bool = False
    status: str = ""

    @property
    def close(self) -> tuple[Hit, ...]:
        """The first of the alternatives: those that fit nearly as well as the answer's source, to be named
        with it. Beside a document that holds a message literally only such ones are."""
        best = self.article
        if best is None:
            return ()
        alike = (hit for hit in self.alternatives if hit.exact or not best.exact)
        return tuple(hit for hit in alike if hit.score >= CLOSE * best.score)


def ask(
    base: KnowledgeBase,
    question: str,
    *,
    fill: Fill | None = None,
    exclude: Collection[str] = (),
    votes: Mapping[str, Votes] | None = None,
    rules: Sequence[str] = (),
    stale: Collection[str] = (),
) -> Asked:
    """Answer a question or abstain, as for a single word, which names a topic and asks nothing.

    `fill` fills the templates of articles; without it they read as they do when nothing is known, one that
    cannot be filled is quoted by its passages. `exclude` are ids of documents that must not answer, such
    as those marked "not helpful" for the same question (`knowledge.search.question.key`). `votes`, `rules`
    and `stale` are as in `Signals`. Raises KnowledgeError when the base cannot be read.
    """
    engine = base.engine()
    signals = Signals(votes or {}, rules, stale)
    hits = engine.search(question, limit=ALTERNATIVES + 7, exclude=exclude, signals=signals)
    total = len(engine.index.listed)
    sure = confidence(hits, total)
    topic = len(read_question(question).words) < 2 and not (hits and hits[0].exact)
    if not hits or topic or sure < CURVE.threshold:
        nearest = tuple(hits[:ALTERNATIVES])
        return Asked(False, _unknown(0.0 if topic else sure, total), None, sure, nearest, total)
    best = hits[0]
    article = base.library.read(best.id)
    text = cut(visible(redact(_text(engine, question, article, best.status, fill))), MAX_ANSWER)
    others = tuple(hits[1 : 1 + ALTERNATIVES])
    return Asked(True, text, best, sure, others, total, best.status == "confirmed", best.status)


def _unknown(sure: float, total: int) -> str:
    looked = f"I looked at {total:,} cases" if total != 1 else "I looked at 1 case"
    if not total:
        return "The knowledge base is empty: there is nothing that I could have looked at."
    return (
        f"I have no resolved case close to this. {looked}; best match {_figure(sure)}, "
        f"I answer from {_figure(CURVE.threshold)}."
    )


def _figure(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def _text(engine: Engine, question: str, article: Article, status: str, fill: Fill | None) -> str:
    if not article.is_case:
        with suppress(KnowledgeError):
            return f"{(fill or _without_facts)(article).strip()}\n\n{_source(article, status)}"
    found = engine.support(question, article.id, limit=PASSAGES).passages
    quoted = "\n\n".join(_quoted(passage) for passage in found)
    return "\n\n".join(part for part in (one_line(article.title), quoted, _source(article, status)) if part)


def _without_facts(article: Article) -> str:
    return fill_template(article, {})


def _quoted(passage: str) -> str:
    lines = [line for line in passage.strip("\n").split("\n") if _TEMPLATE.search(line) is None]
    return "\n".join(f"> {line}".rstrip() for line in cut("\n".join(lines), MAX_PASSAGE).split("\n"))


def _source(article: Article, status: str) -> str:
    kind = "case" if article.is_case else f"{status} article"
    return f"Source: {kind} {one_line(article.id)}"
