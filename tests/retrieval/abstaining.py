"""When to answer: the curve and the threshold, chosen on some questions and judged on others.

The threshold is the least that no out-of-domain question of the training folds reaches in any collection,
halfway to the next answerable one, both after what chance gains with the number of documents is taken off:
a straight line through the out-of-domain scores over its logarithm. The curve is a logistic regression of
"the documents answer this", with answerable and other questions weighing alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.search.confidence import Curve
from tests.retrieval.tuning import Scored, Weights, choose, folds

SETS = ("slack", "qa")
"""What people ask a bot; requests are pages, which `covcheck answer` reads."""


_Found = dict[tuple[str, str], list[tuple[bool, bool]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often a set of questions was answered, and how often rightly when it was."""

    asked: int
    answered: int
    right: int


def fit(items: Sequence[Scored], weights: Weights) -> Curve:
    """Curve and threshold from training questions."""
    growth = _growth([(math.log10(i.size), i.best(weights)[0]) for i in items if i.asked.outside])
    net = {id(i): i.best(weights)[0] - growth * math.log10(i.size) for i in items}
    inside = [net[id(i)] for i in items if i.answerable and i.asked.kind in SETS]
    outside = [net[id(i)] for i in items if i.asked.outside]
    most = max(outside)
    above = [score for score in inside if score > most]
    threshold = (most + min(above)) / 2 if above else most + 1e-6
    slope, offset = _logistic(inside, outside)
    at = 1 / (1 + math.exp(-(slope * threshold + offset)))
    return Curve(round(slope, 2), round(offset, 3), round(growth, 4), round(at, 3))


def _growth(points: Sequence[tuple[float, float]]) -> float:
    """By how much chance scores grow with every factor of ten: the slope of a straight line through them."""
    x, y = np.array(points).T
    spread = float(((x - x.mean()) ** 2).sum())
    return float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread > 0 else 0.0


def _logistic(inside: Sequence[float], outside: Sequence[float]) -> tuple[float, float]:
    """Slope and offset by Newton's method, with a little ridge on the slope."""
    x = np.array([[score, 1.0] for score in (*inside, *outside)])
    y = np.array([1.0] * len(inside) + [0.0] * len(outside))
    w = np.array([0.5 / len(inside)] * len(inside) + [0.5 / len(outside)] * len(outside))
    beta = np.zeros(2)
    ridge = np.diag([1e-4, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta))
        slope = x.T @ (w * (p - y)) + ridge @ beta
        curve = (x * (w * p * (1 - p))[:, None]).T @ x + ridge + np.eye(2) * 1e-9
        beta = beta - np.linalg.solve(curve, slope)
    return float(beta[0]), float(beta[1])


def held_out(items: Sequence[Scored], seeds: Iterable[int]) -> dict[tuple[str, str], Outcome]:
    """(collection, set) -> outcome, each question judged by what was chosen without it."""
    found: _Found = {}
    for seed in seeds:
        for training, held in folds(items, seed):
            weights = choose(training)
            _judge(held, weights, fit(training, weights), found)
    return _counted(found)


def as_shipped(items: Sequence[Scored], weights: Weights, curve: Curve) -> dict[tuple[str, str], Outcome]:
    """The same with given weights and curve: in sample where they were fitted on these questions."""
    found: _Found = {}
    _judge(items, weights, curve, found)
    return _counted(found)


def _judge(
    items: Sequence[Scored],
    weights: Weights,
    curve: Curve,
    found: _Found,
) -> None:
    for item in items:
        kind = "out of domain" if item.asked.outside else item.asked.kind
        if item.asked.outside or (item.answerable and item.asked.kind in SETS):
            score, right = item.best(weights)
            answered = curve.confidence(score, item.size) >= curve.threshold
            found.setdefault((item.collection, kind), []).append((answered, right))


def _counted(found: _Found) -> dict[tuple[str, str], Outcome]:
    return {
        key: Outcome(len(rows), sum(a for a, _ in rows), sum(a and r for a, r in rows))
        for key, rows in found.items()
    }
