"""main never returns after SIGTERM, whatever the grace period.

What it looks at: the time from the stop to SIGKILL against the grace period, and whether the program
still logged anything meanwhile.

Why it empties the figure: counters are written when main returns. A handler that waits for connections,
a lock or a channel for ever is killed in the end (kloak#171). With little grace it cannot be told from a
slow shutdown.

How to fix: bound the wait with a time-out and return from main, or write the counters with
runtime/coverage.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.endings import ended_by
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Counters are written when main returns; a main that waits for ever is killed in the end."
FIX = Fix(
    "Find what main waits for (a goroutine dump, `kill -QUIT`), or bound it with a time-out and return."
)


@live_rule(
    "shutdown-blocked",
    Link.STOP,
    title="main does not return after SIGTERM",
    source="kloak#171",
    symptoms=(Symptom.META_ONLY,),
)
def shutdown_blocked(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from ended_by("shutdown-blocked", "main did not return after SIGTERM", WHY, FIX, live, path)
