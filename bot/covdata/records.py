"""The records of counter files: which function of the meta-data each counts, and with what numbers.

Files are decoded in batches laid end to end, so that each step works on a long array.
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
from bot.covdata.uleb import Decoded, Positions, Values, decode
from bot.covdata.walk import HEAD, record_heads

BATCH = 1 << 20


@dataclass(frozen=True, slots=True)
class Records:
    """The records of some files: all numbers, where each record begins, the function it counts (its
    number in the meta-data file) and how many counters it has."""

    values: Values
    heads: Positions
    function: Positions
    counters: Positions


class Layout:
    """What meta-data says a record must look like: so many counters for that function of that package."""

    def __init__(self, meta: MetaFile) -> None:
        self.name = meta.path.name
        self._units = np.append(meta.functions.units, -1)
        self._first = np.array([p.first for p in meta.packages] or [0], np.int64)
        self._sizes = np.array([p.functions for p in meta.packages] or [0], np.int64)

    def heads(self, values: Values) -> Positions:
        """Where records begin in a stream of numbers, the first at its begin."""
        return record_heads(values, lambda places: self._likely(values, places))

    def fitting(self, values: Values, heads: Positions) -> Records | None:
        """The records with the functions they name; None when the meta-data has no such functions."""
        if heads.size and int(heads[-1]) + HEAD + int(values[heads[-1]]) != values.size:
            return None
        function, fits = self._function(values, heads)
        return Records(values, heads, function, values[heads].astype(np.int64)) if fits.all() else None

    def _function(self, values: Values, heads: Positions) -> tuple[Positions, NDArray[np.bool_]]:
        """The number of the function that each record counts, and whether that fits the meta-data."""
        package, index = values.take(heads + 1), values.take(heads + 2)
        function = self._first.take(package, mode="clip") + index
        fits = self._units.take(function, mode="clip") == values.take(heads)
        fits &= (index < self._sizes.take(package, mode="clip")) & (package < self._first.size)
        return function, fits

    def _likely(self, values: Values, heads: Positions) -> NDArray[np.bool_]:
        """Whether each place can be a record, as far as it lies within the numbers."""
        inside = heads < values.size - HEAD
        if inside.all():
            return self._function(values, heads)[1]
        held = np.zeros(heads.size, np.bool_)
        held[inside] = self._function(values, heads[inside])[1]
        return held


def read_files(paths: Iterable[Path], named: str, problems: list[Problem]) -> Iterator[CounterFile]:
    """The counter files that are whole on the outside; what is wrong with others is added to `problems`.

    `named` is the hash that the files' names carry.
    """
    for path in paths:
        try:
            found = read_counters(path)
            check_name(found, named)
        except DataError as error:
            problems += error.problems
            continue
        yield found


def read_records(layout: Layout, files: Iterable[CounterFile], problems: list[Problem]) -> Iterator[Records]:
    """The records of some files, a batch at a time; broken files are told in `problems`."""
    for batch in _batches(files):
        together = _together(layout, batch) if len(batch) > 1 else None
        if together is not None:
            yield together
            continue
        for file in batch:
            try:
                yield _alone(layout, file)
            except DataError as error:
                problems += error.problems


def _batches(files: Iterable[CounterFile]) -> Iterator[list[CounterFile]]:
    batch: list[CounterFile] = []
    size = 0
    for file in files:
        batch.append(file)
        size += len(file.payload)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _together(layout: Layout, batch: list[CounterFile]) -> Records | None:
    """A batch as one stream; None unless all its files are as the runtime writes them."""
    if any(file.flavor == RAW for file in batch):
        return None
    decoded = decode(np.frombuffer(b"".join(file.payload for file in batch), np.uint8))
    sizes, functions = [len(file.payload) for file in batch], [file.functions for file in batch]
    heads = heads_of(layout, decoded, sizes, functions)
    return None if heads is None else layout.fitting(decoded.values, heads)


def heads_of(layout: Layout, decoded: Decoded, sizes: list[int], functions: list[int]) -> Positions | None:
    """Where records begin in files laid end to end, by their lengths in bytes and their numbers of records;
    None unless each file is filled by its records, of which it has some."""
    heads = layout.heads(decoded.values)
    ends, wanted = np.cumsum(sizes), np.cumsum(functions)
    borders = np.searchsorted(heads, decoded.index(ends))
    if heads.size != wanted[-1] or (borders != wanted).any() or not all(functions):
        return None
    return heads if np.array_equal(heads[wanted[:-1]], decoded.index(ends[:-1])) else None


def _alone(layout: Layout, file: CounterFile) -> Records:
    """One file, in which something may follow the records. Raises DataError when one does not fit."""
    values = file.decode().values
    heads = layout.heads(values)[: file.functions]
    if heads.size < file.functions:
        raise truncated(file.path, f"{heads.size} of {file.functions} functions are there")
    end = int(heads[-1]) + HEAD + int(values[heads[-1]]) if heads.size else 0
    records = layout.fitting(values[:end], heads) if end <= values.size else None
    if records is None:
        raise truncated(file.path, f"its counters do not fit {layout.name}")
    return records
