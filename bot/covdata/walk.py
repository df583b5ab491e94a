"""Where the records of a stream of numbers begin: each says by its first number how long it is.

One record tells where the next begins, so the way through is one long chain. To walk it with whole
arrays, the stream is cut into lanes that are walked side by side, each from a likely record near its
cut. Where a lane's chain leaves it must be where the next lane began; if not, the next lane begins
there in another round. Once no start moves any more, all are right: the first one is known, and each
follows from the one before.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.covdata.uleb import Positions, Values

HEAD = 3
"""Numbers before the counters of a record: how many counters, package, function."""
LANE = 2_048
MAX_LANES = 1_024
WINDOW = 64
FOLLOWED = 3
ROUNDS = 5
STRIDE = 8

Likely = Callable[[Positions], NDArray[np.bool_]]
"""Whether the numbers at some positions look like the beginning of a record."""


def record_heads(values: Values, likely: Likely) -> Positions:
    """The index of the first number of each record, ascending; the last record may run over the end."""
    size = values.size
    padded = np.append(values, np.zeros(HEAD, values.dtype))
    starts = _cuts(padded, size, likely)
    ends = np.append(starts[1:], size)
    for _ in range(ROUNDS):
        walked = _walk(padded, starts, ends)
        inside = walked < ends
        exits = walked[inside.sum(axis=0), np.arange(ends.size)]
        if (starts[1:] == exits[:-1]).all():
            return walked.T[inside.T]
        starts = np.append(starts[:1], exits[:-1])
    return _one_by_one(values)


def _cuts(padded: Values, size: int, likely: Likely) -> Positions:
    """Where lanes begin: 0, and behind each even cut the first place that looks like a record and is
    followed by what looks like records."""
    lanes = max(1, min(MAX_LANES, size // LANE))
    edges = np.linspace(0, size, lanes + 1).astype(np.int64)[1:-1]
    place = (edges[:, None] + np.arange(WINDOW)).ravel()
    place = place[place < size]
    place = place[likely(place)]
    follower = place
    for _ in range(FOLLOWED):
        follower = np.minimum(follower + HEAD + padded[follower], size)
        held = likely(follower) | (follower == size)
        place, follower = place[held], follower[held]
    lane = np.searchsorted(edges, place, side="right")
    first = np.flatnonzero(np.diff(lane, prepend=-1))
    return np.append(np.zeros(1, np.int64), place[first])


def _walk(padded: Values, starts: Positions, ends: Positions) -> Positions:
    """Steps x lanes: the positions of each lane's chain, until every lane has left its part.

    Behind the end stands a 0, which `clip` gives for every position there.
    """
    position = starts
    rows: list[Positions] = []
    while True:
        rows.append(position)
        if len(rows) % STRIDE == 0 and (position >= ends).all():
            return np.concatenate(rows).reshape(len(rows), -1)
        position = padded.take(position, mode="clip") + (position + HEAD)


def _one_by_one(values: Values) -> Positions:
    """The plain walk, for streams made to keep lanes apart."""
    heads, at, size = [], 0, values.size
    while at < size:
        heads.append(at)
        at += int(values[at]) + HEAD
    return np.array(heads, np.int64)
