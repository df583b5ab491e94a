"""Room for an embedding model beside the words: off by default, and none is shipped.

An `Embedder` turns texts into vectors. `vectors` makes an engine of one, which `Engine` takes as `extra`:
its cosines in 0..1 are added to the score of the words with a weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BATCH = 256
NEAREST = 200
"""Passages that count for a question; the others give no score."""


class Embedder(Protocol):
    """A model that places texts of like meaning near each other."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, all rows of one length; rows need not be normalised."""
        ...


@dataclass(frozen=True, slots=True)
class Vectors:
    """The passages of some documents as unit vectors; calling it scores the documents for a question."""

    embedder: Embedder
    ids: tuple[str, ...]
    matrix: NDArray[np.float32]

    def __call__(self, question: str) -> Mapping[str, float]:
        """id -> the cosine of its nearest passage, in 0..1; only documents with one above 0."""
        if not self.ids or not question.strip():
            return {}
        cosines = self.matrix @ _units(self.embedder.embed([question]))[0]
        best: dict[str, float] = {}
        for place in np.argsort(-cosines, kind="stable")[:NEAREST]:
            if cosines[place] > 0:
                best.setdefault(self.ids[place], float(min(cosines[place], 1.0)))
        return best


def vectors(embedder: Embedder, passages: Iterable[tuple[str, str]]) -> Vectors:
    """Vectors of (id, text) pairs, embedded in batches."""
    pairs = list(passages)
    rows = [
        _units(embedder.embed([text for _, text in pairs[start : start + BATCH]]))
        for start in range(0, len(pairs), BATCH)
    ]
    matrix = np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)
    return Vectors(embedder, tuple(id for id, _ in pairs), matrix)


def _units(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1; a row that is zero or no number stays zero."""
    clean = np.where(np.isfinite(rows), rows, 0).astype(np.float32)
    lengths = np.linalg.norm(clean, axis=1, keepdims=True)
    units: NDArray[np.float32] = (clean / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return units
