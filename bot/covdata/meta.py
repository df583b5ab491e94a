"""Meta-data files (`covmeta.<hash>`): packages, functions and their coverable units.

Layout as in Go's internal/coverage/defs.go, all numbers little-endian: a header of 56 bytes, the offset
of each package, the length of each, a string table, then a self-contained blob for each package.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.covdata import files
from bot.covdata.problems import foreign, truncated
from bot.covdata.strings import read_table
from bot.covdata.uleb import Values, decode

MAGIC = b"\x00cvm"
VERSION = 1
HEADER = struct.Struct("<4sIQQ16sIIBB6x")
BLOB_HEADER = struct.Struct("<IIII16s4xII")
MODES = {1: "set", 2: "count", 3: "atomic", 4: "regonly", 5: "testmain"}
PER_BLOCK = 1

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Package:
    """One package: its blob and what the blob's header says. `first` is its first function's number
    in the file."""

    path: str
    name: str
    module: str
    blob: bytes
    first: int
    functions: int

    @cached_property
    def strings(self) -> list[str]:
        """The names that its functions use. Raises IndexError on a damaged blob."""
        return read_table(self.blob, BLOB_HEADER.size + 4 * self.functions)[0]


@dataclass(frozen=True)
class Functions:
    """All functions of a file, package by package, and their units, as columns.

    `package`, `name`, `file` (indices into the package's strings), `literal` and `units` (how many)
    hold one value a function; `start` is each function's first unit (one more at the end); `unit` has a
    row a unit: first line, first column, last line, last column, statements.
    """

    package: Ints
    name: Ints
    file: Ints
    literal: NDArray[np.bool_]
    units: Ints
    start: Ints
    unit: NDArray[np.uint32]


@dataclass(frozen=True)
class MetaFile:
    """A meta-data file. `hash` is 32 hex digits, `mode` a key of MODES, `granularity` 1 for blocks."""

    path: Path
    hash: str
    mode: int
    granularity: int
    packages: tuple[Package, ...]

    @cached_property
    def functions(self) -> Functions:
        """The functions, decoded when first asked for. Raises DataError on a damaged file."""
        try:
            return _functions(self.packages)
        except (IndexError, ValueError, OverflowError, MemoryError):
            raise truncated(self.path, "its functions do not fit its length") from None

    @property
    def mode_name(self) -> str:
        return MODES[self.mode]

    @cached_property
    def main(self) -> str | None:
        """The import path of the binary's main package; None when it is not instrumented."""
        mains = [p.path for p in self.packages if p.name == "main"]
        return mains[0] if len(mains) == 1 else None


def read_meta(path: Path) -> MetaFile:
    """Read a meta-data file. Raises DataError when it is truncated, foreign, or of a newer format."""
    data = files.read(path)
    if len(data) < HEADER.size:
        if data[:4] == MAGIC[: len(data)]:
            raise truncated(path, f"{len(data)} bytes are less than its header")
        raise foreign(path, "is not a Go coverage meta-data file")
    magic, version, total, entries, digest, _, _, mode, granularity = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise foreign(path, "is not a Go coverage meta-data file")
    if version > VERSION:
        raise foreign(path, f"has meta-data format {version}; this reader knows {VERSION}")
    if total > len(data) or entries > (len(data) - HEADER.size) // 16:
        raise truncated(path, f"{len(data)} of {total} bytes are there")
    if mode not in MODES or granularity not in (1, 2):
        raise foreign(path, f"has counter mode {mode}, granularity {granularity}, which Go does not write")
    table = np.frombuffer(data, "<u8", 2 * entries, HEADER.size).reshape(2, -1).T.tolist()
    try:
        packages = _packages(data, table)
    except (IndexError, struct.error):
        raise truncated(path, "a package runs over its end") from None
    return MetaFile(path, digest.hex(), mode, granularity, packages)


def _packages(data: bytes, table: list[list[int]]) -> tuple[Package, ...]:
    packages: list[Package] = []
    first = 0
    for offset, length in table:
        if offset + length > len(data):
            raise IndexError
        blob = data[offset : offset + length]
        _, name, path, module, _, _, functions = BLOB_HEADER.unpack_from(blob)
        strings, _ = read_table(blob, BLOB_HEADER.size + 4 * functions, max(name, path, module) + 1)
        packages.append(Package(strings[path], strings[name], strings[module], blob, first, functions))
        first += functions
    return tuple(packages)


def _functions(packages: tuple[Package, ...]) -> Functions:
    """Decode the functions of every package in one go: their bytes, laid end to end."""
    regions, heads, owners, shift = [], [], [], 0
    for number, package in enumerate(packages):
        if not package.functions:
            continue
        offsets = np.frombuffer(package.blob, "<u4", package.functions, BLOB_HEADER.size).astype(np.int64)
        low, high = int(offsets.min()), len(package.blob)
        if low < BLOB_HEADER.size + 4 * package.functions or offsets.max() >= high or package.blob[-1] > 0x7F:
            raise ValueError
        regions.append(package.blob[low:])
        heads.append(offsets - low + shift)
        owners.append(np.full(package.functions, number))
        shift += high - low
    if not regions:
        return _decoded(np.zeros(1, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64))
    decoded = decode(np.frombuffer(b"".join(regions), np.uint8))
    return _decoded(decoded.values, decoded.index(np.concatenate(heads)), np.concatenate(owners))


def _decoded(values: Values, heads: Ints, owners: Ints) -> Functions:
    counts = values[heads].astype(np.int64)
    if int(counts.sum()) * 5 > values.size:
        raise ValueError
    ends = heads + 3 + 5 * counts
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    row = np.repeat(heads + 3 - 5 * start[:-1], counts) + 5 * np.arange(start[-1])
    unit = np.empty((row.size, 5), np.uint32)
    for column in range(5):
        unit[:, column] = values[row + column]
    name, file = (values[heads + n].astype(np.int64) for n in (1, 2))
    return Functions(owners, name, file, values[ends] != 0, counts, start, unit)
