"""How likely it is that the documents answer a question: a logistic curve over the best match's score.

A search score is the reached part of the most that the question's words could give, so one curve serves
small and large collections. Curve and threshold are fitted by `python -m tests.retrieval_report` over all
questions of ../shared/data and written down here; docs/retrieval.md has what they do on questions that
were not used to fit them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.search.engine import Hit

FEW = 3
"""So many documents may hold a quoted message or the named id for the best of them to be the answer."""


@dataclass(frozen=True, slots=True)
class Curve:
    """`confidence = 1 / (1 + exp(-(slope * score + offset)))`; answered from `threshold` on."""

    slope: float
    offset: float
    threshold: float

    def confidence(self, score: float) -> float:
        """The confidence of a search score, in 0..1."""
        return 1 / (1 + math.exp(-max(min(self.slope * score + self.offset, 60.0), -60.0)))


CURVE = Curve(slope=25.79, offset=-5.418, threshold=0.665)
"""Of "the documents answer this" on the score of the best match."""


def confidence(hits: Sequence[Hit], curve: Curve = CURVE) -> float:
    """The confidence that the first of the hits answers the question; 0 when there is none.

    A document that holds the quoted message literally, as few others do, is answered with in any case.
    """
    if not hits:
        return 0.0
    sure = hits[0].exact and sum(hit.exact for hit in hits) <= FEW
    found = curve.confidence(hits[0].score)
    return round(max(found, curve.threshold) if sure else found, 3)
