"""The bytes of meta-data and counter files, as Go's encodemeta and encodecounter write them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.covdata import counterfile, meta
from bot.covdata.strings import write_table
from bot.covdata.uleb import encode, encode_one

FNV_OFFSET = 0x6C62272E07BB014262B821756295C58D
FNV_PRIME = 0x0000000001000000000000000000013B
FNV_MASK = (1 << 128) - 1

Counted = tuple[int, int, NDArray[np.uint64]]
"""A function that ran: the place of its package, its own place in it, its counters."""


def meta_file(blobs: Sequence[bytes], mode: int, granularity: int) -> tuple[bytes, bytes]:
    """The hash of some packages (what the name of their file says) and the file itself."""
    digest = fnv(b"".join(fnv(blob) for blob in blobs))
    table = write_table([""])
    at = meta.HEADER.size + 16 * len(blobs)
    lengths = [len(blob) for blob in blobs]
    ends = np.cumsum([at + len(table), *lengths]).tolist()
    head = meta.HEADER.pack(
        meta.MAGIC, meta.VERSION, ends[-1], len(blobs), digest, at, len(table), mode, granularity
    )
    numbers = struct.pack(f"<{2 * len(blobs)}Q", *ends[:-1], *lengths)
    return digest, head + numbers + table + b"".join(blobs)


def counter_file(digest: bytes, functions: Iterable[Counted], args: Mapping[str, str]) -> bytes:
    """A counter file of one segment (its strings sorted; Go's order is that of a random map)."""
    pieces: list[NDArray[np.uint64]] = []
    for package, index, counters in functions:
        pieces += [np.array((counters.size, package, index), np.uint64), counters]
    strings = list(dict.fromkeys(["", *(text for key in sorted(args) for text in (key, args[key]))]))
    table = write_table(strings)
    place = {text: number for number, text in enumerate(strings)}
    pairs = encode_one(len(args)) + b"".join(
        encode_one(place[key]) + encode_one(place[args[key]]) for key in sorted(args)
    )
    pairs += bytes(-(len(table) + len(pairs)) % 4)
    records = encode(np.concatenate(pieces).astype(np.uint32)) if pieces else b""
    head = counterfile.HEADER.pack(counterfile.MAGIC, counterfile.VERSION, digest, counterfile.ULEB, 0)
    segment = counterfile.SEGMENT.pack(len(pieces) // 2, len(table), len(pairs))
    return head + segment + table + pairs + records + counterfile.FOOTER.pack(counterfile.MAGIC, 1)


def fnv(data: bytes) -> bytes:
    """FNV-1a of 128 bits, big-endian, as Go's hash/fnv gives it."""
    value = FNV_OFFSET
    for byte in data:
        value = ((value ^ byte) * FNV_PRIME) & FNV_MASK
    return value.to_bytes(16, "big")
