"""The program ends in a panic.

What it looks at: the end of the log and the exit code of the container.

Why it empties the figure: a panic in any goroutine ends the program with status 2 and runs no exit hook:
covmeta is there, covcounters is not (golang/go#51430).

How to fix: mend it, or recover in that goroutine and return from main.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.endings import ended_by
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "A panic ends the program with status 2 and runs no exit hook, in whatever goroutine it happens."
FIX = Fix("Mend the panic, or recover in that goroutine and return from main.")


@live_rule(
    "panic-exit",
    Link.STOP,
    title="The program ends in a panic",
    source="golang/go#51430",
    symptoms=(Symptom.META_ONLY,),
    explains=("no-signal-handler", "hard-exit"),
)
def panic_exit(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from ended_by("panic-exit", "The service ended in a panic", WHY, FIX, live, path)
