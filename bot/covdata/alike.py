"""Counter files that differ in counts only: their bytes are or-ed, and decoded once.

Replicas and repeated runs mostly run the same functions, so their files have the same records in the same
places: the same bytes where packages, functions and numbers of counters stand, and numbers of the same
lengths. Then a number of the or-ed bytes is zero exactly when it is zero in every file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.covdata.counterfile import ULEB, CounterFile
from bot.covdata.records import Layout, Records
from bot.covdata.uleb import Bytes, Positions, decode
from bot.covdata.walk import HEAD

MORE = np.uint8(0x80)
MAX_HELD = 8 << 20
"""Bytes of models that are held at a time."""


@dataclass(frozen=True, slots=True)
class _Model:
    """What files of one kind share: how many records, the "more" bits, the bytes that are no counters and
    where they stand. `seen` is all of their bytes or-ed."""

    functions: int
    more: Bytes
    places: Positions
    fixed: Bytes
    seen: Bytes

    def take(self, raw: Bytes, functions: int) -> bool:
        """Take up a file if it is of this kind."""
        if functions != self.functions or not np.array_equal(raw[self.places], self.fixed):
            return False
        if not np.array_equal(raw & MORE, self.more):
            return False
        np.bitwise_or(self.seen, raw, out=self.seen)
        return True


class Alike:
    """Finds files of one kind: of two that are equally long, the second becomes a model for others."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._models: dict[int, _Model | None] = {}
        self._held = 0

    def take(self, file: CounterFile) -> bool:
        """Take up a file if that can be; else it must be decoded by itself."""
        size = len(file.payload)
        if file.flavor != ULEB or not size:
            return False
        raw = np.frombuffer(file.payload, np.uint8)
        known = self._models.get(size)
        if known is not None:
            return known.take(raw, file.functions)
        if size not in self._models or self._held + size > MAX_HELD:
            self._models[size] = None
            return False
        self._models[size] = made = self._model(raw, file.functions)
        self._held += size if made else 0
        return made is not None

    def _model(self, raw: Bytes, functions: int) -> _Model | None:
        decoded = decode(raw)
        heads, records = self._layout.records(decoded.values)
        if records is None or heads.size != functions:
            return None
        first = decoded.offset(heads)
        sizes = decoded.offset(heads + HEAD) - first
        before = np.cumsum(sizes) - sizes
        places = np.repeat(first - before, sizes) + np.arange(sizes.sum())
        return _Model(functions, raw & MORE, places, raw[places], raw.copy())

    def records(self) -> Iterator[Records]:
        """The records of all files that were taken up, once for each kind."""
        for model in self._models.values():
            found = self._layout.records(decode(model.seen).values)[1] if model else None
            if found is not None:
                yield found
