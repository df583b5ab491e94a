"""The coverage files lie one directory deeper than they are looked for.

What it looks at: where the files lie in what was collected.

Why it empties the figure: a copy of `dir` into an existing `dir` makes `dir/dir`; covdata then says `no
applicable files` and ends with status 0 (own experiment).

How to fix: copy the contents (`SRC/.`), or report the inner directory.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing
from bot.rules.live.data import data_problem
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "go tool covdata looks into the named directory only, not below it."
FIX = Fix("Copy the contents (`SRC/.`), or report the inner directory.")


@live_rule(
    "collect-nested",
    Link.COLLECT,
    title="The copy lands one directory too deep",
    source="own experiment",
    symptoms=(),
)
def collect_nested(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from data_problem("collect-nested", WHY, FIX, live)
