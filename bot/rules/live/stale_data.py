"""Files of earlier runs lie in the directory.

What it looks at: dates and hashes of the files before and after the stop, and whether the repo's run
empties the directory.

Why the figure is wrong: covdata adds up all that lies there: code that only an earlier run reached
counts as covered (network-operator#3260). When this run wrote nothing, the figure is an old one
altogether.

How to fix: empty the directory before the pods start.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Clean
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed
from bot.model import Certainty, Effect, Fix, Link, Missing
from bot.rules import stale_data as files
from bot.rules.live.data import data_problem
from bot.rules.live.registry import live_rule
from bot.rules.live.seconded import seconded
from bot.rules.registry import Hit

WHY = "covdata adds up whatever lies in the directory, also the files of earlier runs."
FIX = Fix("Empty the directory before the pods start.")


@live_rule(
    "stale-data",
    Link.REPORT,
    effect=Effect.DEGRADES,
    title="The directory is reused without being emptied",
    source="network-operator#3260",
    symptoms=(),
)
def stale_data(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    seen = live.files
    if seen is None:
        return
    named = list(data_problem("stale-data", WHY, FIX, live, Certainty.LIKELY))
    if named:
        yield from named
    elif seen.stale and path is not None and path.events(Clean):
        yield from seconded(files.stale_data, live, path, observed(seen.seen), sure=False)
    elif seen.stale:
        beside = "beside those of this one" if seen.new else "and none of this one"
        count = len(seen.stale)
        yield Hit(
            f"{seen.where} holds {count} counter file{'' if count == 1 else 's'} of earlier runs {beside}.",
            WHY,
            FIX,
            live_place(live),
            Certainty.LIKELY,
            observations=observed(seen.seen),
        )
