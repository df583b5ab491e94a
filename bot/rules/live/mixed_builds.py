"""Files of two builds of one binary lie in one directory.

What it looks at: the covmeta hashes of this run for one binary.

Why the figure is wrong: each build has a covmeta of its own; the total counts both (own experiment).

How to fix: empty the directory before the run, and let all pods run one image.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Effect, Fix, Link, Missing
from bot.rules.live.data import data_problem
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "The same package counted from two builds has two sets of blocks, and both go into the total."
FIX = Fix("Empty the directory before the run, and let all pods run one image.")


@live_rule(
    "mixed-builds",
    Link.REPORT,
    title="Data of two builds lie together",
    source="own experiment",
    symptoms=(),
    explains=("stale-data",),
    effect=Effect.DEGRADES,
)
def mixed_builds(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from data_problem("mixed-builds", WHY, FIX, live)
