"""A coverage file ends too early.

What it looks at: whether each file reads to its end.

Why it empties the figure: a partial copy, or one made while the process was writing, gives `reading
counter data file: EOF` and no report (own experiment).

How to fix: copy the files again, after the exit.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing
from bot.rules.live.data import data_problem
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "A file that was copied while it was written, or in part, cannot be read."
FIX = Fix("Copy the files again, after the process has ended.")


@live_rule(
    "counters-truncated",
    Link.REPORT,
    title="A coverage file is cut off",
    source="own experiment",
    symptoms=(),
    explains=("stale-data",),
)
def counters_truncated(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from data_problem("counters-truncated", WHY, FIX, live)
