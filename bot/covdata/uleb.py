"""Unsigned LEB128, a whole buffer at a time: seven bits a byte, low first, the top bit says "more"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Values = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The values of a buffer, in order, and the byte positions of its "more" bytes.

    `values` is the buffer itself where each value takes one byte, else uint16 or uint32.
    """

    values: Values
    more: Positions

    def index(self, offsets: Positions) -> Positions:
        """The index in `values` of the value that starts at each byte offset."""
        return offsets - np.searchsorted(self.more, offsets) if self.more.size else offsets

    def offset(self, indices: Positions) -> Positions:
        """The byte offset of the value at each index."""
        slots = self.more - np.arange(self.more.size)
        return indices + np.searchsorted(slots, indices) if self.more.size else indices


def decode(raw: Bytes) -> Decoded:
    """Decode a buffer whose last byte ends a value. Values of any length are cut to 32 bits, as in Go."""
    more = np.flatnonzero(raw >= 0x80)
    if not more.size:
        return Decoded(raw, more)
    slots = more - np.arange(more.size)
    short = raw[raw < 0x80]
    if (slots[1:] != slots[:-1]).all():
        pairs = short.astype(np.uint16)
        pairs[slots] = (pairs[slots] << np.uint16(7)) | (raw[more] & np.uint8(0x7F))
        return Decoded(pairs, more)
    first = np.flatnonzero(np.diff(slots, prepend=-1))
    owners = slots[first]
    lengths = np.diff(first, append=more.size)
    place = np.arange(more.size) - np.repeat(first, lengths)
    low = np.add.reduceat(_shifted(raw[more] & np.uint8(0x7F), place), first)
    long = (low + _shifted(raw[more[first] + lengths], lengths)).astype(np.uint32)
    values: Values = short.astype(np.uint16) if long.max() <= 0xFFFF else short.astype(np.uint32)
    values[owners] = long
    return Decoded(values, more)


def _shifted(septets: Bytes, place: Positions) -> NDArray[np.uint64]:
    """Seven bits moved to their place; places past 64 bits count nothing."""
    bits = (7 * place).astype(np.uint64)
    return np.where(bits < 64, septets.astype(np.uint64) << np.minimum(bits, np.uint64(63)), np.uint64(0))


def encode(values: NDArray[np.uint32]) -> bytes:
    """Encode values one after the other, each in as few bytes as it takes."""
    wide = values.astype(np.uint64)
    places = np.arange(5, dtype=np.uint64) * np.uint64(7)
    septets = (wide[:, None] >> places[None, :]) & np.uint64(0x7F)
    needed = np.ones((values.size, 5), np.bool_)
    needed[:, 1:] = wide[:, None] >= (np.uint64(1) << places[None, 1:])
    more = np.zeros_like(needed)
    more[:, :-1] = needed[:, 1:]
    coded = (septets | (more.astype(np.uint64) << np.uint64(7))).astype(np.uint8)
    return coded[needed].tobytes()


def encode_one(value: int) -> bytes:
    """Encode one value of any size."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_one(data: bytes, at: int) -> tuple[int, int]:
    """One value at a byte position, and the position after it. Raises IndexError at the end."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        if shift < 64:
            value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
