"""Files of different coverage modes lie in one directory.

What it looks at: the mode (set, count, atomic) in each covmeta file.

Why the figure is wrong: `go tool covdata textfmt` fails on two modes while percent and merge succeed
(golang/go#57924).

How to fix: build all binaries with one -covermode, and clean the directory first.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Effect, Fix, Link, Missing
from bot.rules.live.data import data_problem
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "textfmt refuses data of two modes; percent and merge pass over it in silence."
FIX = Fix("Build every binary with the same -covermode, and keep older data apart.")


@live_rule(
    "mixed-covermode",
    Link.REPORT,
    title="Data of two coverage modes lie together",
    source="own experiment; golang/go#57924",
    symptoms=(),
    explains=("mixed-builds", "stale-data"),
    effect=Effect.DEGRADES,
)
def mixed_covermode(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from data_problem("mixed-covermode", WHY, FIX, live)
