"""Counters of many runs of one binary, added up unit by unit.

Files are read in batches laid end to end, so that each step works on a long array. `Seen` notes only
whether a unit ever ran, 64 units of a function in one word; `Sums` adds the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.covdata.counterfile import RAW, CounterFile, check_name, read_counters
from bot.covdata.meta import MetaFile
from bot.covdata.problems import DataError, Problem, truncated
from bot.covdata.uleb import Positions, Values, decode
from bot.covdata.walk import HEAD, record_heads

BATCH = 1 << 20
MAX_COUNT = 0xFFFFFFFF
MAX_WORD = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Records:
    """The records of some files: all numbers, where each record begins, the function it counts (its
    number in the meta-data file) and how many counters it has."""

    values: Values
    heads: Positions
    function: Positions
    counters: Positions


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


def read_records(meta: MetaFile, paths: Iterable[Path], named: str) -> Iterator[Records]:
    """The records of counter files, a batch of files at a time.

    `named` is the hash that the files' names carry. Raises DataError that tells of every broken file.
    """
    problems: list[Problem] = []
    for batch in _batches(paths, named, problems):
        yield from _decoded(meta, batch, problems)
    if problems:
        raise DataError(*problems, hint="Copy the files again, or leave the broken ones out.")


def _batches(paths: Iterable[Path], named: str, problems: list[Problem]) -> Iterator[list[CounterFile]]:
    batch: list[CounterFile] = []
    size = 0
    for path in paths:
        try:
            found = read_counters(path)
            check_name(found, named)
        except DataError as error:
            problems += error.problems
            continue
        batch.append(found)
        size += len(found.payload)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _decoded(meta: MetaFile, batch: list[CounterFile], problems: list[Problem]) -> Iterator[Records]:
    """The batch as one if all its files are as the runtime writes them, else file by file."""
    if len(batch) > 1 and all(f.flavor != RAW for f in batch):
        together = _together(meta, batch)
        if together is not None:
            yield together
            return
    for file in batch:
        try:
            yield _alone(meta, file)
        except DataError as error:
            problems += error.problems


def _together(meta: MetaFile, batch: list[CounterFile]) -> Records | None:
    raw = np.frombuffer(b"".join(f.payload for f in batch), np.uint8)
    ends = np.cumsum([len(f.payload) for f in batch])
    decoded = decode(raw)
    heads = record_heads(decoded.values, _Layout(meta, decoded.values).likely)
    wanted = np.cumsum([f.functions for f in batch])
    borders = np.searchsorted(heads, decoded.index(ends))
    starts = decoded.index(ends[:-1])
    if heads.size != wanted[-1] or (borders != wanted).any() or (heads[wanted[:-1]] != starts).any():
        return None
    return _records(meta, decoded.values, heads)


def _alone(meta: MetaFile, file: CounterFile) -> Records:
    values = file.decode().values
    heads = record_heads(values, _Layout(meta, values).likely)[: file.functions]
    if heads.size < file.functions:
        raise truncated(file.path, f"{heads.size} of {file.functions} functions are there")
    end = int(heads[-1]) + HEAD + int(values[heads[-1]]) if heads.size else 0
    records = _records(meta, values[:end], heads) if end <= values.size else None
    if records is None:
        raise truncated(file.path, f"its counters do not fit {meta.path.name}")
    return records


def _records(meta: MetaFile, values: Values, heads: Positions) -> Records | None:
    """The records with the functions they name; None when the meta-data has no such functions."""
    if heads.size and int(heads[-1]) + HEAD + int(values[heads[-1]]) != values.size:
        return None
    function, fits = _Layout(meta, values).function(heads)
    return Records(values, heads, function, values[heads].astype(np.int64)) if fits.all() else None


class _Layout:
    """What the meta-data says a record must look like: so many counters for that function of that package."""

    def __init__(self, meta: MetaFile, values: Values) -> None:
        self.values = values
        self.units = np.append(meta.functions.units, -1)
        self.first = np.array([p.first for p in meta.packages] or [0], np.int64)
        self.sizes = np.array([p.functions for p in meta.packages] or [0], np.int64)

    def function(self, heads: Positions) -> tuple[Positions, NDArray[np.bool_]]:
        """The number of the function that each record counts, and whether that fits the meta-data."""
        package, index = self.values[heads + 1], self.values[heads + 2]
        known = np.minimum(package, self.first.size - 1)
        fits = (package == known) & (index < self.sizes[known])
        function = np.where(fits, self.first[known] + index, self.units.size - 1)
        return function, self.units[function] == self.values[heads]

    def likely(self, heads: Positions) -> NDArray[np.bool_]:
        """Whether each place can be a record, as far as it lies within the numbers."""
        inside = heads < self.values.size - HEAD
        held = np.zeros(heads.size, np.bool_)
        held[inside] = self.function(heads[inside])[1]
        return held
