"""Build info from ranges of a program, as a container would give them."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence

import pytest

from bot.cluster.probes.binary import BLOCK, HEAD, Range, read_binary
from bot.covdata.buildinfo import MAGIC
from bot.errors import CovdataError
from bot.facts.live import BinarySeen

LINES = "path\texample.com/x\nmod\texample.com/x\t(devel)\nbuild\t-cover=true\n"


class Remote:
    """A program elsewhere; counts what is fetched of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.fetched = 0
        self.asked = 0

    def __call__(self, ranges: Sequence[Range]) -> list[bytes]:
        parts = [self.data[first * BLOCK : (first + count) * BLOCK] for first, count in ranges]
        self.fetched += sum(map(len, parts))
        self.asked += 1
        return parts

    def told(self, hook: str | None = "1") -> dict[str, str]:
        head = base64.encodebytes(self.data[:HEAD]).decode()
        return {"size": str(len(self.data)), "head": head, **({} if hook is None else {"hook": hook})}

    def read(self, hook: str | None = "1") -> BinarySeen:
        return read_binary(self.told(hook), "/app", "pod a", self)


def elf(info: bytes, *, sections: bool = True, at: int = 3 << 20) -> bytes:
    """A 64-bit ELF file with the build info far inside and the section table at its end."""
    names = b"\0.go.buildinfo\0.shstrtab\0"
    names_at = at + len(info)
    table_at = names_at + len(names)
    count = 3 if sections else 0
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    head = struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, table_at if sections else 0, 0, 64, 56, 1, 64, count, 2
    )
    segment = struct.pack("<IIQQQQQQ", 1, 6, at, 0, 0, len(info), len(info), 16)
    body = (ident + head + segment).ljust(at, b"\0") + info + names
    if not sections:
        return body
    rows = [(0, 0, 0), (1, at, len(info)), (15, names_at, len(names))]
    return body + b"".join(struct.pack("<IIQQQQIIQQ", n, 1, 3, 0, o, s, 0, 0, 0, 0) for n, o, s in rows)


def block(go: str = "go1.24.1", lines: str = LINES) -> bytes:
    text = b"m" * 16 + lines.encode() + b"e" * 16
    size = struct.pack("BB", len(text) & 0x7F | 0x80, len(text) >> 7)
    return MAGIC + b"\x08\x02" + bytes(16) + bytes([len(go)]) + go.encode() + size + text


def test_build_info_far_inside_is_read_from_few_blocks() -> None:
    remote = Remote(elf(block()))
    seen = remote.read()
    assert (seen.go, seen.cover, seen.hook, seen.rule) == ("go1.24.1", True, True, None)
    assert (seen.main, seen.module) == ("example.com/x", "example.com/x")
    assert remote.fetched < 8 * BLOCK
    assert remote.asked <= 2


def test_without_sections_the_writable_segment_is_read() -> None:
    assert Remote(elf(block(), sections=False)).read().main == "example.com/x"


@pytest.mark.parametrize(
    ("go", "lines", "hook", "rule"),
    [
        ("go1.24.1", "path\tx\n", "0", "not-instrumented"),
        ("go1.24.1", "path\tx\nbuild\t-cover=true\n", "0", "coverpkg-excludes-main"),
        ("go1.20", "path\tx\n", "0", None),
        ("go1.20", "path\tx\n", "1", None),
    ],
)
def test_the_cause_that_a_program_proves(go: str, lines: str, hook: str, rule: str | None) -> None:
    assert Remote(elf(block(go, lines))).read(hook).rule == rule


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"#!/bin/sh\nexec app\n", "is a script"),
        (b"MZ" + bytes(200), "is no ELF program"),
        (b"\x7fELF\x02\x01", "is a damaged ELF program"),
        (elf(b"nothing of Go")[:2000], "is a damaged ELF program"),
        (elf(b"nothing of Go"), "has no Go build info"),
    ],
)
def test_what_is_no_go_program_says_so(data: bytes, reason: str) -> None:
    with pytest.raises(CovdataError, match=reason) as caught:
        Remote(data).read()
    assert str(caught.value).startswith("/app ")


def test_a_program_that_was_not_searched_to_its_end_is_not_judged() -> None:
    with pytest.raises(CovdataError, match="could not be searched"):
        Remote(elf(block())).read(None)


@pytest.mark.parametrize("size", ["", "x", str(1 << 60), "0"])
def test_sizes_that_cannot_be(size: str) -> None:
    remote = Remote(elf(block()))
    with pytest.raises(CovdataError):
        read_binary({**remote.told(), "size": size}, "/app", "", remote)


def test_a_damaged_header_never_ends_in_another_error() -> None:
    data = elf(block(), at=9000)
    for position in range(200):
        hurt = bytearray(data)
        hurt[position] ^= 0xFF
        try:
            Remote(bytes(hurt)).read()
        except CovdataError:
            continue
