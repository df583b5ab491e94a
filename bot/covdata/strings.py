"""Go's string tables: a count, then length and bytes of each string; numbers are ULEB128."""

from __future__ import annotations

from bot.covdata.uleb import encode_one, read_one


def read_table(data: bytes, at: int, most: int = 1 << 32) -> tuple[list[str], int]:
    """The strings of a table at a byte position (no more than `most`), and the position behind them.

    Raises IndexError where the table runs over the end. Bytes that are not UTF-8 are kept
    (surrogateescape).
    """
    count, at = read_one(data, at)
    if count > len(data) - at:
        raise IndexError("a string table longer than its file")
    strings = []
    for _ in range(min(count, most)):
        length = data[at]
        at += 1
        if length >= 0x80:
            length, at = read_one(data, at - 1)
        end = at + length
        if end > len(data):
            raise IndexError("a string longer than its file")
        strings.append(data[at:end].decode("utf-8", "surrogateescape"))
        at = end
    return strings, at


def write_table(strings: list[str]) -> bytes:
    """The bytes of a table."""
    coded = [s.encode("utf-8", "surrogateescape") for s in strings]
    return encode_one(len(coded)) + b"".join(encode_one(len(c)) + c for c in coded)
