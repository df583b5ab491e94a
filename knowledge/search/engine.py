"""Search: one tantivy query for each field and for the passages, fused by a weighted sum of BM25 scores.

The sum is divided by what it could be at most for the question's words (BM25's term score stays below
idf * (k1 + 1)), so a score lies in 0..1 and means the same in a small collection and in a large one.
Documents that hold a quoted text literally, or that are named by their id or the id of a rule that finds
them, come first.
Figures and how the weights were chosen: docs/retrieval.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import tantivy

from knowledge.search.index import FIELDS, PASSAGE, Index, all_query, any_query, passage_query
from knowledge.search.question import Question, folded, read_question
from knowledge.search.words import plain_words, words

WEIGHTS: Mapping[str, float] = {**dict.fromkeys(FIELDS, 1.0), PASSAGE: 1.0}
"""All alike: a search for better ones gained nothing on questions it had not seen (docs/retrieval.md)."""

DEPTH = 200
"""Documents taken from each field, and passages."""

BESIDE_ID = 3
"""So many words may stand beside a document's id in a question that asks for that document."""

SAME_QUESTION = 0.6
"""From this shared part on a question counts as one that an article says it answers."""

MAX_WORDS = 60
"""Of longer questions the rarest words are searched."""

MAX_EXACT = 200
"""Passages that are compared with a quoted text."""

UNKNOWN = 0.5
"""The weight of that further word."""

_BOUND = 2.2
"""tantivy's k1 + 1, above which no term's frequency factor gets."""

Extra = Callable[[str], Mapping[str, float]]
"""A further engine, such as embeddings: question -> id -> score in 0..1. See `knowledge.search.embedder`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; `score` is in 0..1; `exact`: it holds a quoted text literally, or its id is named."""

    id: str
    title: str
    score: float
    exact: bool = False


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

    def search(self, text: str, *, limit: int = 10, exclude: Collection[str] = ()) -> tuple[Hit, ...]:
        """The best documents, best first; those in `exclude` are passed over. Never fails on any text."""
        if limit < 1 or not self.index.listed:
            return ()
        question = read_question(text)
        rarity = self.rarity(question.words)
        scores = self._fused(rarity, len(exclude))
        if self._extra is not None:
            for id, score in self._extra(text).items():
                scores[id] = scores.get(id, 0.0) + self._extra_weight * score
        for id in scores:
            scores[id] = max(scores[id], self._asked_before(id, rarity))
        exact = self._exact(question)
        for id in exact:
            scores.setdefault(id, 0.0)
        dropped = set(exclude)
        order = sorted(
            (id for id in scores if id not in dropped), key=lambda id: (id not in exact, -scores[id], id)
        )
        return tuple(
            Hit(id, self.index.listed[id].title, round(min(scores[id], 1.0), 4), id in exact)
            for id in order[:limit]
        )

    def support(self, text: str, id: str, *, limit: int = 2) -> Support:
        """The passages of a document that say most to a question, at most `limit`, best first."""
        rarity = self.rarity(read_question(text).words)
        query = passage_query(self.index.schema(PASSAGE), id, rarity)
        hits = self.index.passages.search(query, limit=limit, count=False).hits
        passages = tuple(_text(self.index.passages, address) for _, address in hits)
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

    def field_scores(self, terms: Sequence[str], more: int = 0) -> dict[str, dict[str, float]]:
        """For each field and the passages: id -> BM25 score, of the best `DEPTH + more` documents."""
        found = {name: self._field(name, terms, DEPTH + more) for name in FIELDS}
        found[PASSAGE] = self._field(PASSAGE, terms, DEPTH + more)
        return found

    def _fused(self, rarity: Mapping[str, float], more: int) -> dict[str, float]:
        if not rarity:
            return {}
        most = self.most(rarity) * sum(self._weights.values())
        return fuse(self.field_scores(tuple(rarity), more), self._weights, most)

    def most(self, rarity: Mapping[str, float]) -> float:
        """What a field's score for these words could be at most, and a bit: as if the question had had one
        more word that is found nowhere, so that a question of one word is never sure of its answer."""
        return _BOUND * (sum(rarity.values()) + UNKNOWN * idf(0, len(self.index.listed)))

    def _asked_before(self, id: str, rarity: Mapping[str, float]) -> float:
        """How far a question is an article's title or one that it says it answers: what both have in the
        same order, by rarity; words that only the article has count half. "covmeta, no covcounters" is not
        "covcounters, no covmeta"."""
        best, whole = 0.0, sum(rarity.values())
        for known in self.index.listed[id].questions:
            if 2 * sum(weight for term, weight in rarity.items() if term in known) > whole:
                rest = sum(self.rarity([term for term in known if term not in rarity]).values())
                best = max(best, in_order(rarity, known) / (whole + rest / 2))
        return best if best >= SAME_QUESTION else 0.0

    def _field(self, name: str, terms: Sequence[str], depth: int) -> dict[str, float]:
        searcher = self.index.passages if name == PASSAGE else self.index.documents
        query = any_query(self.index.schema(name), name, terms)
        hits = searcher.search(query, limit=depth, count=False).hits
        best: dict[str, float] = {}
        for number, (score, _) in zip(_numbers(searcher, hits), hits, strict=True):
            id = self.index.by_number.get(number)
            if id is not None and id not in best:
                best[id] = float(score)
        return best

    def _named(self, question: Question) -> set[str]:
        """Articles of a rule that the question names, and the document whose id is nearly all of it."""
        found: set[str] = set()
        for name in question.ids:
            for id in self.index.names.get(name, ()):
                alone = len(question.words) <= len(set(words(name))) + BESIDE_ID
                if alone or name in self.index.listed[id].rules:
                    found.add(id)
        return found

    def _exact(self, question: Question) -> set[str]:
        """Documents that hold a quoted text literally in one passage, and those that are named."""
        found = self._named(question)
        schema = self.index.schema(PASSAGE)
        for quote in question.quotes:
            terms = tuple(dict.fromkeys(plain_words(quote)))[:MAX_WORDS]
            hits = self.index.passages.search(
                all_query(schema, PASSAGE, terms), limit=MAX_EXACT, count=False
            ).hits
            for number, (_, address) in zip(_numbers(self.index.passages, hits), hits, strict=True):
                id = self.index.by_number.get(number)
                if (
                    id is not None
                    and id not in found
                    and quote in folded(_text(self.index.passages, address))
                ):
                    found.add(id)
        return found


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


def _numbers(searcher: tantivy.Searcher, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> list[int]:
    """The documents' numbers of some hits."""
    found = searcher.fast_field_values("number", [address for _, address in hits]) if hits else []
    return [int(number or 0) for number in found]


def _text(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    stored = searcher.doc(address).get_first("text")
    return bytes(stored).decode("utf-8", "replace") if stored is not None else ""
