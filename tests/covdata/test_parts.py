"""The pieces on their own: numbers, patterns, the walk over records."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.covdata.pattern import matcher
from bot.covdata.uleb import decode, encode, encode_one, read_one
from bot.covdata.walk import record_heads

Numbers = st.lists(st.integers(0, 0xFFFFFFFF) | st.integers(0, 200), max_size=300)


@given(Numbers)
def test_numbers_come_back(numbers: list[int]) -> None:
    coded = encode(np.array(numbers, np.uint32))
    assert coded == b"".join(encode_one(n) for n in numbers)
    assert decode(np.frombuffer(coded, np.uint8)).values.tolist() == numbers


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_decode_as_one_by_one(data: bytes) -> None:
    data += b"\x01"
    expected, at = [], 0
    while at < len(data):
        value, at = read_one(data, at)
        expected.append(value & 0xFFFFFFFF)
    assert decode(np.frombuffer(data, np.uint8)).values.tolist() == expected


def plain_walk(values: list[int]) -> list[int]:
    heads, at = [], 0
    while at < len(values):
        heads.append(at)
        at += values[at] + 3
    return heads


@pytest.mark.parametrize("top", [2, 5, 40, 255, 5000])
@pytest.mark.parametrize("helpful", [True, False])
def test_the_walk_finds_what_the_plain_walk_finds(top: int, helpful: bool) -> None:
    values = np.random.default_rng(top).integers(0, top, 60_000).astype(np.uint16)
    expected = plain_walk(values.tolist())
    real = set(expected)

    def likely(places: np.ndarray) -> np.ndarray:
        return np.array([helpful and p in real for p in places.tolist()], np.bool_)

    assert record_heads(values, likely).tolist() == expected


def test_the_walk_over_a_stream_that_keeps_lanes_apart() -> None:
    values = np.ones(40_001, np.uint8)
    assert record_heads(values, lambda places: places % 4 == 1).tolist() == plain_walk(values.tolist())


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("...", ["foo"], []),
        (".../bar/.../baz", ["foo/bar/abc/baz"], ["foo/bar/baz"]),
        ("net", ["net"], ["net/http"]),
        ("net...", ["net", "net/http", "netchan"], ["not"]),
        ("net/...", ["net", "net/http"], ["netchan", "not/net"]),
        ("a.b,c", ["a.b", "c"], ["axb", "a.b,c"]),
        (",", [], ["a", ""]),
    ],
)
def test_patterns(pattern: str, yes: list[str], no: list[str]) -> None:
    match = matcher(pattern)
    assert match is not None
    assert all(match(name) for name in yes)
    assert not any(match(name) for name in no)


def test_no_pattern_is_no_choice() -> None:
    assert matcher("") is None
