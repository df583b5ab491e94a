"""How likely it is that the documents answer a question: a logistic curve over the best match's score.

A search score is the reached part of the most that the question's words could give. Among more documents
chance alone gets further, by about the same for every factor of ten, which is taken off first: one curve
then serves small and large collections. Curve and threshold are fitted over all questions of
../shared/data by `python -m tests.retrieval_report` and written down here; docs/retrieval.md has what they
do on questions that were not used to fit them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.search.engine import Hit

LEAST = 156
"""The smallest collection that the curve was fitted on; smaller ones count as this."""

FEW = 3
"""So many documents may hold a quoted message or the named id for the best of them to be the answer."""


@dataclass(frozen=True, slots=True)
class Curve:
    """`confidence = 1 / (1 + exp(-(slope * (score - growth * log10(documents)) + offset)))`; answered from
    `threshold` on."""

    slope: float
    offset: float
    growth: float
    threshold: float

    def confidence(self, score: float, documents: int) -> float:
        """The confidence of a search score among so many documents, in 0..1. Below `LEAST` it is not
        extrapolated."""
        net = score - self.growth * math.log10(max(documents, LEAST))
        return 1 / (1 + math.exp(-max(min(self.slope * net + self.offset, 60.0), -60.0)))


CURVE = Curve(slope=27.63, offset=-2.884, growth=0.0348, threshold=0.577)
"""Of "the documents answer this" on the score of the best match."""


def confidence(hits: Sequence[Hit], documents: int, curve: Curve = CURVE) -> float:
    """The confidence that the first of the hits, among so many documents, answers; 0 when there is none.

    What is known beside the words (votes, the asker's causes) decides which document comes first, and raises
    its confidence at most to that of the one that fits the words best.
    A document that holds the quoted message literally, as few others do, is answered with in any case.
    """
    if not hits:
        return 0.0
    fits = [hit.score if hit.fit is None else hit.fit for hit in hits]
    score = max(fits[0], min(hits[0].score, max(fits)))
    sure = hits[0].exact and sum(hit.exact for hit in hits) <= FEW
    found = curve.confidence(score, documents)
    return round(max(found, curve.threshold) if sure else found, 3)
