"""Choosing weights and threshold on some questions, to be judged on others.

The scores of every field are taken once for each question; weights are then tried on them without
searching again. What is chosen is the mean, over the sets of questions, of MRR + R@1 + R@3 / 2.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.engine import WEIGHTS
from knowledge.search.question import read_question
from tests.retrieval.data import Asked, Collection

NAMES = tuple(WEIGHTS)
GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
START = dict.fromkeys(NAMES, 0.5)
FOLDS = 5
GAIN = 0.001
"""A change of weights must bring so much, or it is noise."""

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """A question in a collection: `matrix` has a row a field and a column a document of `ids`."""

    asked: Asked
    collection: str
    ids: tuple[str, ...]
    matrix: NDArray[np.float64]
    relevant: NDArray[np.bool_]
    most: float
    answerable: bool
    size: int

    def scores(self, weights: Weights) -> NDArray[np.float64]:
        """The score of each document, in 0..1."""
        row = np.array([weights[name] for name in NAMES])
        found: NDArray[np.float64] = row @ self.matrix / (self.most * row.sum())
        return found

    def rank(self, weights: Weights) -> int:
        """The place of the best document that answers the question; 1 is the first."""
        scores = self.scores(weights)
        if not self.relevant.any():
            return 10_000
        return int((scores > scores[self.relevant].max()).sum()) + 1

    def best(self, weights: Weights) -> tuple[float, bool]:
        """The first document's score, and whether it answers the question."""
        if not self.ids:
            return 0.0, False
        scores = self.scores(weights)
        top = int(scores.argmax())
        return float(scores[top]), bool(self.relevant[top])


def scored(collection: Collection, asked: Asked) -> Scored:
    """The scores of every field for a question; excluded documents are left out."""
    engine = collection.engine
    rarity = engine.rarity(read_question(asked.text).words)
    fields = engine.field_scores(tuple(rarity), len(asked.exclude)) if rarity else {}
    ids = tuple(sorted({id for found in fields.values() for id in found} - asked.exclude))
    rows = [[fields.get(name, {}).get(id, 0.0) for id in ids] for name in NAMES]
    relevant = np.array([id in asked.relevant for id in ids], bool)
    most = engine.most(rarity)
    return Scored(
        asked,
        collection.name,
        ids,
        np.array(rows),
        relevant,
        most,
        collection.answerable(asked),
        collection.size,
    )


def judged(items: Sequence[Scored]) -> Iterator[tuple[str, Scored]]:
    """What the aims are about: slack over requests, and every answerable question over all documents."""
    for item in items:
        kind = "requests and replies" if item.asked.kind.startswith("reqresp") else item.asked.kind
        if item.answerable and (item.collection == "all" or kind == "slack"):
            yield f"{kind}, {item.collection}", item


def value(items: Sequence[Scored], weights: Weights) -> float:
    """How good weights are: the mean over the sets."""
    groups: dict[str, list[float]] = defaultdict(list)
    for group, item in judged(items):
        rank = item.rank(weights)
        groups[group].append(1 / rank + (rank == 1) + 0.5 * (rank <= 3))
    return float(np.mean([np.mean(group) for group in groups.values()]))


def choose(items: Sequence[Scored]) -> dict[str, float]:
    """Coordinate search over the grid, from equal weights."""
    weights, best = dict(START), value(items, START)
    changed = True
    while changed:
        changed = False
        for name in NAMES:
            for step in GRID:
                tried = {**weights, name: step}
                if not any(tried.values()):
                    continue
                found = value(items, tried)
                if found > best + GAIN:
                    weights, best, changed = tried, found, True
    return weights


def folds(items: Sequence[Scored], seed: int = 0) -> Iterator[tuple[list[Scored], list[Scored]]]:
    """(training, held out) for each fold. A question is in one fold with all its collections."""
    ids = sorted({item.asked.id for item in items})
    random.Random(seed).shuffle(ids)
    for number in range(FOLDS):
        held = set(ids[number::FOLDS])
        yield (
            [item for item in items if item.asked.id not in held],
            [item for item in items if item.asked.id in held],
        )
