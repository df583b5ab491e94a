"""Whether a second signal beside the score tells right answers from wrong ones: tried, and not shipped.

Each is tried as a logistic regression of "the first document answers this" on the score and the signal, in
folds over the questions; the threshold is where one in twenty of the held-out out-of-domain questions of a
collection is answered, which flatters every row alike.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import read_article
from knowledge.ask import ALTERNATIVES, CLOSE
from knowledge.search.confidence import CURVE, confidence
from knowledge.search.words import words
from tests.retrieval.abstaining import SETS
from tests.retrieval.data import Asked, Collection
from tests.retrieval.tuning import FOLDS

TRIED: Mapping[str, tuple[str, ...]] = {
    "the score alone": (),
    "the gap to the next document": ("next",),
    "the gap to the sixth": ("sixth",),
    "coverage of the question's words, by rarity": ("covered",),
    "all of these": ("next", "sixth", "covered"),
}
OUTSIDE = 0.05
NEAR_DUPLICATE = 0.7
"""From so many words in common (Jaccard) on two documents say nearly the same."""


@dataclass(frozen=True, slots=True)
class First:
    """The first document for a question: its signals, whether it answers, whether a close one does, how many
    are close, and whether it would be answered with as shipped."""

    collection: str
    asked: Asked
    signals: Mapping[str, float]
    right: bool
    close_right: bool
    close: int
    answered: bool
    alike: float

    @property
    def group(self) -> tuple[str, str]:
        return self.collection, "out of domain" if self.asked.outside else self.asked.kind


def firsts(collections: Iterable[Collection], questions: Sequence[Asked]) -> list[First]:
    """What comes first for every question that is judged, in each collection."""
    found = []
    for collection in collections:
        vocabulary = _vocabulary(collection)
        for asked in questions:
            if asked.outside or (asked.kind in SETS and collection.answerable(asked)):
                found.append(_first(collection, asked, vocabulary))
    return found


def _vocabulary(collection: Collection) -> Callable[[str], set[str]]:
    files = {file.stem: file for file in collection.folder.rglob("*.md")}
    return lambda id: set(words(read_article(files[id].read_bytes(), f"{id}.md").body))


def _first(collection: Collection, asked: Asked, vocabulary: Callable[[str], set[str]]) -> First:
    engine = collection.engine
    hits = engine.search(asked.text, limit=10, exclude=asked.exclude)
    scores = [hit.score for hit in hits] + [0.0] * 6
    best = scores[0] or 1.0
    close = [hit for hit in hits[1 : 1 + ALTERNATIVES] if hit.score >= CLOSE * hits[0].score]
    right = bool(hits) and hits[0].id in asked.relevant
    signals = {
        "score": scores[0] - CURVE.growth * math.log10(collection.size),
        "next": (scores[0] - scores[1]) / best,
        "sixth": (scores[0] - scores[5]) / best,
        "covered": engine.support(asked.text, hits[0].id).coverage if hits else 0.0,
    }
    alike = 0.0
    if hits and not right and not asked.outside:
        first = vocabulary(hits[0].id)
        others = [vocabulary(id) for id in asked.relevant if id in engine.index.listed]
        alike = max((len(first & other) / len(first | other) for other in others), default=0.0)
    return First(
        collection.name,
        asked,
        signals,
        right,
        right or any(hit.id in asked.relevant for hit in close),
        len(close),
        confidence(hits, collection.size) >= CURVE.threshold,
        alike,
    )


def tried(rows: Sequence[First], seeds: Iterable[int]) -> list[str]:
    """A table: a row a signal; answered, and of those right, by collection and set."""
    groups = sorted({row.group for row in rows if not row.asked.outside})
    table = [
        f"| beside the score | {' | '.join(f'{kind}, {name}' for name, kind in groups)} |",
        "| --- |" + " --- |" * len(groups),
    ]
    for name, signals in TRIED.items():
        found = _held_out(rows, ("score", *signals), tuple(seeds))
        cells = []
        for collection, kind in groups:
            outside = sorted((s for s, _ in found[collection, "out of domain"]), reverse=True)
            least = outside[int(OUTSIDE * len(outside))]
            of = found[collection, kind]
            answered = [right for score, right in of if score > least]
            cells.append(f"{len(answered) / len(of):.2f} / {sum(answered) / max(len(answered), 1):.2f}")
        table.append(f"| {name} | {' | '.join(cells)} |")
    return table


def closeness(rows: Sequence[First]) -> list[str]:
    """A table: as shipped, how often the right document is the answer or named as nearly as close."""
    table = [
        "| documents | questions | answered | of those right | right, or named as nearly as close"
        " | so named for each answer | wrong ones nearly the same as the right one |",
        "|" + " --- |" * 7,
    ]
    for collection, kind in sorted({row.group for row in rows}):
        of = [row for row in rows if row.group == (collection, kind)]
        answered = [row for row in of if row.answered]
        n = max(len(answered), 1)
        wrong = [row for row in answered if not row.right]
        alike = f"{sum(row.alike >= NEAR_DUPLICATE for row in wrong)} of {len(wrong)}"
        right, named = sum(r.right for r in answered) / n, sum(r.close_right for r in answered) / n
        cells = [f"{right:.2f}", f"{named:.2f}", f"{sum(r.close for r in answered) / n:.1f}", alike]
        if kind == "out of domain":
            cells = ["none can be", "none can be", "", ""]
        part = f"{len(answered) / len(of):.2f}"
        table.append(f"| {collection} | {kind} | {part} | {' | '.join(cells)} |")
    return table


def _held_out(
    rows: Sequence[First], names: Sequence[str], seeds: Sequence[int]
) -> dict[tuple[str, str], list[tuple[float, bool]]]:
    ids = sorted({row.asked.id for row in rows})
    found: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for seed in seeds:
        order = list(ids)
        random.Random(seed).shuffle(order)
        for number in range(FOLDS):
            held = set(order[number::FOLDS])
            training = [row for row in rows if row.asked.id not in held]
            x, y = _matrix(training, names), np.array([row.right for row in training], float)
            mean, spread = x.mean(0), x.std(0) + 1e-9
            beta = _logistic((x - mean) / spread, y)
            judged = [row for row in rows if row.asked.id in held]
            scores = (_matrix(judged, names) - mean) / spread @ beta
            for row, score in zip(judged, scores, strict=True):
                found[row.group].append((float(score), row.right))
    return found


def _matrix(rows: Sequence[First], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[row.signals[name] for name in names] for row in rows], float)


def _logistic(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slopes by Newton's method with a little ridge; right and wrong weigh alike. The offset moves every
    score alike and is left out of the result."""
    x = np.hstack([x, np.ones((len(x), 1))])
    weights = np.where(y > 0, 0.5 / y.sum(), 0.5 / (len(y) - y.sum())) * len(y)
    beta = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        slope = x.T @ (weights * (p - y)) + 1e-3 * beta
        curve = (x * (weights * p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(len(beta))
        beta = beta - np.linalg.solve(curve, slope)
    found: NDArray[np.float64] = beta[:-1]
    return found
