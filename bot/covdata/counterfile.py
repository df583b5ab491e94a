"""Counter files (`covcounters.<hash>.<pid>.<nanoseconds>`): what one run of a binary counted.

Layout as in Go's internal/coverage/defs.go: a header of 32 bytes, then a segment (a header of 16 bytes,
a string table, the arguments of the run, the functions that ran), then a footer of 16 bytes. Each function
is a record of numbers: how many counters, package, function, then the counters. Like Go's own tool,
only the first segment is read; the runtime writes one.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.covdata import files
from bot.covdata.problems import DataError, Problem, foreign, truncated
from bot.covdata.strings import read_table
from bot.covdata.uleb import Bytes, Decoded, decode, read_one

MAGIC = b"\x00cwm"
VERSION = 1
HEADER = struct.Struct("<4sI16sBB6x")
SEGMENT = struct.Struct("<QII")
FOOTER = struct.Struct("<4s4xI4x")
RAW, ULEB = 1, 2


@dataclass(frozen=True, slots=True)
class CounterFile:
    """One counter file. `hash` is that of the meta-data it belongs to, `functions` the number of
    records in `payload`, whose numbers are coded as `flavor` says."""

    path: Path
    hash: str
    flavor: int
    big_endian: bool
    functions: int
    payload: memoryview
    preamble: bytes

    def decode(self) -> Decoded:
        """The numbers of the records."""
        raw: Bytes = np.frombuffer(self.payload, np.uint8)
        if self.flavor == ULEB:
            return decode(raw)
        words = raw[: raw.size // 4 * 4].view(">u4" if self.big_endian else "<u4").astype(np.uint32)
        return Decoded(words, np.empty(0, np.int64))

    def args(self) -> Mapping[str, str]:
        """What the run noted of itself: `argc`, `argv0`, ..., `GOOS`, `GOARCH`. Raises DataError."""
        try:
            strings, at = read_table(self.preamble, 0)
            count, at = read_one(self.preamble, at)
            pairs = {}
            for _ in range(min(count, len(self.preamble))):
                key, at = read_one(self.preamble, at)
                value, at = read_one(self.preamble, at)
                pairs[strings[key]] = strings[value]
        except IndexError:
            raise truncated(self.path, "its arguments run over their end") from None
        return pairs


def read_counters(path: Path) -> CounterFile:
    """Read a counter file. Raises DataError when it is truncated, foreign, or of a newer format."""
    data = files.read(path)
    if data[:4] != MAGIC[: len(data)]:
        raise foreign(path, "is not a Go coverage counter file")
    if len(data) < HEADER.size + SEGMENT.size + FOOTER.size:
        raise truncated(path, f"{len(data)} bytes are less than its headers")
    _, version, digest, flavor, big_endian = HEADER.unpack_from(data)
    if version > VERSION:
        raise foreign(path, f"has counter format {version}; this reader knows {VERSION}")
    if flavor not in (RAW, ULEB):
        raise foreign(path, f"has counters of kind {flavor}, which Go does not write")
    footer, segments = FOOTER.unpack_from(data, len(data) - FOOTER.size)
    if footer != MAGIC or segments == 0:
        raise truncated(path, "its end is missing")
    functions, strings, args = SEGMENT.unpack_from(data, HEADER.size)
    start = HEADER.size + SEGMENT.size
    at = start + strings + args
    at += -at % 4
    payload = memoryview(data)[at : len(data) - FOOTER.size]
    if at > len(data) - FOOTER.size or 3 * functions > len(payload):
        raise truncated(path, f"{functions} functions do not fit its length")
    if flavor == ULEB and payload and payload[-1] > 0x7F:
        raise truncated(path, "its last counter is cut")
    preamble = data[start : start + strings + args]
    return CounterFile(path, digest.hex(), flavor, bool(big_endian), functions, payload, preamble)


def check_name(counters: CounterFile, named: str) -> None:
    """Raise DataError when a file's name speaks of other meta-data than the file itself."""
    if counters.hash != named:
        text = f"{counters.path} was renamed: inside it belongs to covmeta.{counters.hash}"
        raise DataError(Problem(text, "counters-renamed", counters.path))
