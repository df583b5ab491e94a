"""Counter files have other names than Go gave them.

What it looks at: the names and the contents of the collected files, also `tmp.*` left by an exit in
between.

Why it empties the figure: covdata goes by the names: `covcounters.HASH.PID.TIME`. Others are passed over
in silence, and the report is 0.0% (own experiment).

How to fix: keep the names, and use directories of their own to tell runs apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing
from bot.rules.live.data import data_problem
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "covdata passes over files whose names it does not know, and reports 0.0%."
FIX = Fix("Keep the names of the files; put each run into a directory of its own.")


@live_rule(
    "counters-renamed",
    Link.REPORT,
    title="The counter files were renamed",
    source="own experiment",
    symptoms=(),
    explains=("hard-exit", "no-signal-handler", "never-stopped"),
)
def counters_renamed(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from data_problem("counters-renamed", WHY, FIX, live)
