"""Counter files that differ in counts only: their bytes are or-ed, and decoded once.

Replicas and repeated runs mostly run the same functions, so their files have the same records in the same
places, with numbers of the same lengths. Then a number of the or-ed bytes is zero exactly when it is zero in
every file. That packages, functions and numbers of counters are the same in all files shows at the end:
there or-ed and and-ed bytes are equal. Files that only seemed alike are read again, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot.covdata.counterfile import ULEB, CounterFile
from bot.covdata.records import BATCH, Layout, Records, heads_of
from bot.covdata.uleb import Bytes, decode
from bot.covdata.walk import HEAD

MORE = np.uint8(0x80)
MAX_HELD = 16 << 20
"""Bytes that are held at a time."""


@dataclass(slots=True)
class _Kind:
    """Files of one length that seem alike: the first of them, and the bytes of all or-ed and and-ed."""

    file: CounterFile
    more: Bytes
    any: Bytes
    all: Bytes
    paths: list[Path] = field(default_factory=list)

    def take(self, raw: Bytes, path: Path) -> bool:
        """Take up a file if its numbers have the same lengths."""
        if not np.array_equal(raw & MORE, self.more):
            return False
        if len(self.paths) == 1:
            self.any, self.all = self.any.copy(), self.all.copy()
        np.bitwise_or(self.any, raw, out=self.any)
        np.bitwise_and(self.all, raw, out=self.all)
        self.paths.append(path)
        return True


class Alike:
    """Sorts files by kind as they come, and holds up to `most` bytes of them."""

    def __init__(self, most: int = MAX_HELD) -> None:
        self._most = most
        self._kinds: dict[tuple[int, int], _Kind] = {}
        self._held = 0

    def take(self, file: CounterFile) -> bool:
        """Take up a file if that can be; else it must be decoded by itself."""
        if file.flavor != ULEB:
            return False
        raw = np.frombuffer(file.payload, np.uint8)
        known = self._kinds.get((raw.size, file.functions))
        if known is not None:
            return known.take(raw, file.path)
        if self._held + 3 * raw.size > self._most:
            return False
        self._held += 3 * raw.size
        self._kinds[raw.size, file.functions] = _Kind(file, raw & MORE, raw, raw, [file.path])
        return True

    def records(self, layout: Layout) -> Iterator[Records | list[Path]]:
        """The records of all files that were taken up; or the files of a kind that must be read again."""
        batch: list[_Kind] = []
        size = 0
        for kind in self._kinds.values():
            batch.append(kind)
            size += kind.any.size
            if size >= BATCH:
                yield from _decoded(layout, batch)
                batch, size = [], 0
        if batch:
            yield from _decoded(layout, batch)


def _decoded(layout: Layout, batch: list[_Kind]) -> Iterator[Records | list[Path]]:
    """The records of some kinds; when something is wrong, of each half of them."""
    found = _together(layout, batch)
    if found is not None:
        yield found
    elif len(batch) == 1:
        yield batch[0].paths
    else:
        middle = len(batch) // 2
        yield from _decoded(layout, batch[:middle])
        yield from _decoded(layout, batch[middle:])


def _together(layout: Layout, batch: list[_Kind]) -> Records | None:
    ran = decode(np.concatenate([kind.any for kind in batch]))
    heads = heads_of(layout, ran, [kind.any.size for kind in batch], [kind.file.functions for kind in batch])
    if heads is None:
        return None
    if any(len(kind.paths) > 1 for kind in batch):
        always = decode(np.concatenate([kind.all for kind in batch])).values
        for number in range(HEAD):
            if not np.array_equal(ran.values.take(heads + number), always.take(heads + number)):
                return None
    return layout.fitting(ran.values, heads)
