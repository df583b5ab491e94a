"""Counters of many runs of one binary, added up unit by unit.

`Seen` notes only whether a unit ever ran, 64 units of a function in one word; `Sums` adds the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.covdata.alike import Alike
from bot.covdata.meta import MetaFile
from bot.covdata.problems import DataError, Problem
from bot.covdata.records import Layout, Records, read_files, read_records
from bot.covdata.uleb import Positions
from bot.covdata.walk import HEAD

MAX_COUNT = 0xFFFFFFFF
MAX_WORD = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each unit ran (or 1 for "it ran"), and which functions have counters at all."""

    units: NDArray[np.uint64]
    ran: NDArray[np.bool_]


def read_tally(meta: MetaFile, paths: Iterable[Path], named: str, *, counts: bool) -> Tally:
    """What the counter files of one binary count; with `counts` how often, else whether.

    `named` is the hash that the files' names carry. Raises DataError that tells of every broken file.
    """
    tally = Sums(meta) if counts else Seen(meta)
    ran = np.zeros(meta.functions.units.size, np.bool_)
    problems: list[Problem] = []
    for records in _records(Layout(meta), paths, named, problems, apart=counts):
        tally.add(records)
        ran[records.function] = True
    if problems:
        raise DataError(*problems, hint="Copy the files again, or leave the broken ones out.")
    return Tally(tally.units(), ran)


def _records(
    layout: Layout, paths: Iterable[Path], named: str, problems: list[Problem], *, apart: bool
) -> Iterator[Records]:
    """The records of all files: with `apart` of each file, else those of files that are alike as one."""
    if apart:
        yield from read_records(layout, read_files(paths, named, problems), problems)
        return
    alike = Alike()
    others = (file for file in read_files(paths, named, problems) if not alike.take(file))
    yield from read_records(layout, others, problems)
    for found in alike.records(layout):
        if isinstance(found, list):
            yield from read_records(layout, read_files(found, named, problems), problems)
        else:
            yield found


class Seen:
    """Whether each unit ran in any file, for figures that need no counts and for mode `set`."""

    def __init__(self, meta: MetaFile) -> None:
        units = meta.functions.units
        self.words_of = (units + 63) // 64
        self.first_word = np.concatenate((np.zeros(1, np.int64), np.cumsum(self.words_of)))
        self.words = np.zeros(int(self.first_word[-1]) + 1, np.uint64)
        self.start = meta.functions.start

    def add(self, records: Records) -> None:
        """Note the units of some records that ran."""
        bits = np.packbits(records.values != 0, bitorder="little")
        size = bits.size // 8 * 8 + 24
        bits.resize(size, refcheck=False)
        stream = bits.view("<u8")
        at, word, left = records.heads + HEAD, self.first_word[records.function], records.counters
        while at.size:
            np.bitwise_or.at(self.words, word, _bits(stream, at, left))
            longer = np.flatnonzero(left > 64)
            at, word, left = at[longer] + 64, word[longer] + 1, left[longer] - 64

    def units(self) -> NDArray[np.uint64]:
        """1 for each unit that ran, else 0."""
        bits = np.unpackbits(self.words.view(np.uint8), bitorder="little")
        sizes = np.diff(self.start)
        first = np.repeat(64 * self.first_word[:-1] - self.start[:-1], sizes)
        ran: NDArray[np.uint64] = bits[first + np.arange(self.start[-1])].astype(np.uint64)
        return ran


def _bits(stream: NDArray[np.uint64], at: Positions, count: Positions) -> NDArray[np.uint64]:
    """Up to 64 bits of a stream from each bit position on."""
    word, shift = at >> 6, (at & 63).astype(np.uint64)
    low = stream[word] >> shift
    high = (stream[word + 1] << (np.uint64(63) - shift)) << np.uint64(1)
    unused = np.uint64(64) - np.minimum(count, 64).astype(np.uint64)
    mask = np.where(unused < 64, np.uint64(MAX_WORD) >> np.minimum(unused, np.uint64(63)), np.uint64(0))
    chosen: NDArray[np.uint64] = (low | high) & mask
    return chosen


class Sums:
    """How often each unit ran, over all files; counts stop at the largest 32-bit number, as in Go."""

    def __init__(self, meta: MetaFile) -> None:
        self.start = meta.functions.start
        self.counts = np.zeros(int(self.start[-1]), np.uint64)

    def add(self, records: Records) -> None:
        """Add the counters of some records."""
        counter = np.ones(records.values.size, np.bool_)
        for offset in range(HEAD):
            counter[records.heads + offset] = False
        before = np.cumsum(records.counters) - records.counters
        unit = np.repeat(self.start[records.function] - before, records.counters)
        unit += np.arange(unit.size)
        added = np.bincount(unit, records.values[counter], minlength=self.counts.size)
        self.counts += added.astype(np.uint64)

    def units(self) -> NDArray[np.uint64]:
        """The count of each unit."""
        return np.minimum(self.counts, np.uint64(MAX_COUNT))
