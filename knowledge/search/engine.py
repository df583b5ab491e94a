"""Search: one tantivy query for each field and for the passages, fused by a weighted sum of BM25 scores.

The sum is divided by what it could be at most for the question's words (BM25's term score stays below
idf * (k1 + 1)), so a score lies in 0..1 and means the same in a small collection and in a large one.
Documents that hold a quoted text literally, or that are named by their id or the id of a rule that finds
them, come first.
Figures and how the weights were chosen: docs/retrieval.md.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import tantivy

from knowledge.search.exact import exact, holding, numbers, stored_text
from knowledge.search.index import CASE, FIELDS, PASSAGE, Index, any_query, only_query
from knowledge.search.question import Question, read_question
from knowledge.search.signals import EXPLAINS, NONE, STANDING, Signals
from knowledge.search.words import words

WEIGHTS: Mapping[str, float] = {**dict.fromkeys(FIELDS, 1.0), PASSAGE: 1.0}
"""All alike: a search for better ones gained nothing on questions it had not seen (docs/retrieval.md)."""

DEPTH = 200
"""Documents taken from each field."""

NEAR = 60
"""So many of them, those with the best scores together, are ranked and have their passages searched: what a
passage holds stands in the document's body, too, and to search the passages of all costs as much again."""

MAX_PASSAGES = 5
"""Passages taken for each of those; the first of a document counts."""

SAME_QUESTION = 0.6
"""From this shared part on a question counts as one that an article says it answers."""

MAX_WORDS = 60
"""Of longer questions the rarest words are searched."""

HELD = 1.1
"""For a document that holds a path or file name of the question literally."""

MAX_OF_RULES = 50

STANDINGS = ("confirmed", CASE, "draft", "stale")
"""Of equal documents those of an earlier status come first."""

UNKNOWN = 0.5
"""The weight of that further word."""

_BOUND = 2.2
"""tantivy's k1 + 1, above which no term's frequency factor gets."""

Extra = Callable[[str], Mapping[str, float]]
"""A further engine, such as embeddings: question -> id -> score in 0..1. See `knowledge.search.embedder`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; `score`, by which it is ranked, is in 0..1; `exact`: it holds a quoted text or a
    message literally, or it is named. `status` is confirmed, draft or stale, or `case` for a plain case.

    `fit` is the score of the words alone, without what is known beside them (`signals`), but for votes
    against the document; None stands for the same as `score`.
    """

    id: str
    title: str
    score: float
    exact: bool = False
    status: str = CASE
    fit: float | None = None


@dataclass(frozen=True, slots=True)
class Support:
    """What a document says to a question: its best passages as they stand in the body, and `coverage`, the
    part of the question's words, weighted by rarity, that its title and best passage hold (0..1)."""

    passages: tuple[str, ...]
    coverage: float


class Engine:
    """Searches an index. `extra` is another engine whose scores count with `extra_weight`; off by default."""

    def __init__(
        self,
        index: Index,
        *,
        weights: Mapping[str, float] = WEIGHTS,
        extra: Extra | None = None,
        extra_weight: float = 0.5,
    ) -> None:
        self.index = index
        self._weights = weights
        self._extra = extra
        self._extra_weight = extra_weight

    def search(
        self, text: str, *, limit: int = 10, exclude: Collection[str] = (), signals: Signals = NONE
    ) -> tuple[Hit, ...]:
        """The best documents, best first; those in `exclude` are passed over. Never fails on any text."""
        if limit < 1 or not self.index.listed:
            return ()
        question = read_question(text)
        rarity = self.rarity(question.words)
        more = len(exclude) + max(limit - NEAR, 0)
        of_rules = self._of_rules(signals)
        scores = self._fused(rarity, more, of_rules)
        if self._extra is not None:
            for id, score in self._extra(text).items():
                scores[id] = scores.get(id, 0.0) + self._extra_weight * score
        for id in self.index.asked.keys() & scores.keys():
            scores[id] = max(scores[id], self._asked_before(id, rarity))
        literal = exact(self.index, question)
        scores = dict.fromkeys((*literal, *of_rules), 0.0) | scores
        for path in question.paths:
            for id in holding(self.index, path) & scores.keys():
                scores[id] *= HELD
        dropped = set(exclude)
        fits = {id: fit for id, fit in scores.items() if id not in dropped}
        ranked = self._ranked(fits, question, signals)

        def order(id: str) -> tuple[bool, float, int, str]:
            standing = STANDINGS.index(signals.status(id, self.index.listed[id]))
            return id not in literal, -round(ranked[id], 4), standing, id

        return tuple(
            self._hit(id, fits[id], ranked[id], id in literal, signals)
            for id in heapq.nsmallest(limit, fits, key=order)
        )

    def _ranked(self, fits: Mapping[str, float], question: Question, signals: Signals) -> dict[str, float]:
        """The scores by which documents are ranked, from those of the words."""
        listed, symptom = self.index.listed, question.symptom
        ranked = {id: fit * signals.factor(id, listed[id], symptom) for id, fit in fits.items()}
        causes = {id: signals.explains(listed[id], symptom) for id in fits} if signals.rules else {}
        first = next((rule for rule in signals.rules if rule in causes.values()), None)
        most = max(ranked.values(), default=0.0)
        for id, cause in causes.items():
            if cause is not None and cause == first:
                standing = STANDING.get(signals.status(id, listed[id]), 1.0)
                ranked[id] = max(ranked[id], EXPLAINS * most * standing)
        return ranked

    def _hit(self, id: str, fit: float, score: float, exact: bool, signals: Signals) -> Hit:
        listed = self.index.listed[id]
        status = signals.status(id, listed)
        fit = min(fit * signals.discredit(id), 1.0)
        return Hit(id, listed.title, round(min(score, 1.0), 4), exact, status, round(fit, 4))

    def _of_rules(self, signals: Signals) -> list[str]:
        """The articles of the asker's own causes, which are scored however deep they lie."""
        found = [id for rule in signals.rules for id in self.index.names.get(rule, ())]
        return list(dict.fromkeys(id for id in found if self.index.listed[id].rules))[:MAX_OF_RULES]

    def support(self, text: str, id: str, *, limit: int = 2) -> Support:
        """The passages of a document that say most to a question, at most `limit`, best first."""
        rarity = self.rarity(read_question(text).words)
        query = only_query(self.index.schema(PASSAGE), PASSAGE, (id,), rarity)
        hits = self.index.passages.search(query, limit=limit, count=False).hits
        passages = tuple(stored_text(self.index.passages, address) for _, address in hits)
        if not passages or not rarity:
            return Support(passages, 0.0)
        held = {*words(self.index.listed[id].title), *words(passages[0])}
        covered = sum(weight for term, weight in rarity.items() if term in held)
        return Support(passages, covered / sum(rarity.values()))

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """The words that are searched (the rarest, where there are too many) with BM25's idf in documents."""
        total, searcher = len(self.index.listed), self.index.documents
        found = {term: idf(searcher.doc_freq("body", term), total) for term in terms}
        if len(found) <= MAX_WORDS:
            return found
        kept = sorted(found, key=lambda term: -found[term])[:MAX_WORDS]
        return {term: found[term] for term in kept}

    def field_scores(
        self, terms: Sequence[str], more: int = 0, also: Collection[str] = ()
    ) -> dict[str, dict[str, float]]:
        """For each field and the passages: id -> BM25 score, of the `NEAR + more` documents that are best in
        the fields together (each gives its best `DEPTH + more`), and of those in `also`."""
        found = {name: self._field(name, terms, DEPTH + more) for name in FIELDS}
        for name, scores in found.items():
            for id in also:
                if id not in scores:
                    scores.update(self._among(name, (id,), terms, 1))
        together = fuse(found, self._weights, 1.0)
        near = {*heapq.nlargest(NEAR + more, together, key=lambda id: (together[id], id)), *also}
        kept = {
            name: {id: score for id, score in scores.items() if id in near} for name, scores in found.items()
        }
        kept[PASSAGE] = self._among(PASSAGE, near, terms, MAX_PASSAGES * len(near)) if near else {}
        return kept

    def _fused(self, rarity: Mapping[str, float], more: int, also: Sequence[str]) -> dict[str, float]:
        if not rarity:
            return {}
        most = self.most(rarity) * sum(self._weights.values())
        return fuse(self.field_scores(tuple(rarity), more, also), self._weights, most)

    def most(self, rarity: Mapping[str, float]) -> float:
        """What a field's score for these words could be at most, and a bit: as if the question had had one
        more word that is found nowhere, so that a question of one word is never sure of its answer."""
        return _BOUND * (sum(rarity.values()) + UNKNOWN * idf(0, len(self.index.listed)))

    def _asked_before(self, id: str, rarity: Mapping[str, float]) -> float:
        """How far a question is an article's title or one that it says it answers: what both have in the
        same order, as a part of all words of either, by rarity. "covmeta, no covcounters" is not
        "covcounters, no covmeta", and "the directory is empty" not "I set -coverpkg and it is empty"."""
        best, whole = 0.0, sum(rarity.values())
        for _, known in self.index.asked[id]:
            if 2 * sum(weight for term, weight in rarity.items() if term in known) > whole:
                rest = sum(self.rarity([term for term in known if term not in rarity]).values())
                best = max(best, in_order(rarity, known) / (whole + rest))
        return best if best >= SAME_QUESTION else 0.0

    def _field(self, name: str, terms: Sequence[str], depth: int) -> dict[str, float]:
        return self._best(name, any_query(self.index.schema(name), name, terms), depth)

    def _among(self, name: str, ids: Collection[str], terms: Sequence[str], depth: int) -> dict[str, float]:
        """The scores of some documents only."""
        found = self._best(name, only_query(self.index.schema(name), name, ids, terms), depth)
        return {id: score for id, score in found.items() if score > 0}

    def _best(self, name: str, query: tantivy.Query, depth: int) -> dict[str, float]:
        searcher = self.index.passages if name == PASSAGE else self.index.documents
        hits = searcher.search(query, limit=depth, count=False).hits
        best: dict[str, float] = {}
        for number, (score, _) in zip(numbers(searcher, hits), hits, strict=True):
            id = self.index.by_number.get(number)
            if id is not None and id not in best:
                best[id] = float(score)
        return best


def fuse(
    fields: Mapping[str, Mapping[str, float]], weights: Mapping[str, float], most: float
) -> dict[str, float]:
    """The weighted sum of the fields' scores for each id, divided by `most`."""
    scores: dict[str, float] = {}
    for name, found in fields.items():
        weight = weights.get(name, 0.0) / most
        for id, score in found.items():
            scores[id] = scores.get(id, 0.0) + weight * score
    return scores


def in_order(rarity: Mapping[str, float], known: Sequence[str]) -> float:
    """The weight of the heaviest common subsequence of a question's words and another's."""
    row = [0.0] * (len(known) + 1)
    for term, weight in rarity.items():
        before = row
        row = [0.0]
        for place, other in enumerate(known):
            row.append(before[place] + weight if term == other else max(before[place + 1], row[place]))
    return row[-1]


def idf(documents: int, total: int) -> float:
    """BM25's inverse document frequency as tantivy counts it."""
    return math.log1p((max(total - documents, 0) + 0.5) / (documents + 0.5))
