"""The program does not handle SIGTERM.

What it looks at: exit code, signal and time of the container after it was asked to stop, and the end of
its log.

Why it empties the figure: counters are written when main returns or calls `os.Exit`. A SIGTERM that
nobody handles ends a Go program at once with status 2 or 143, without a panic in the log (experiment, Go
1.26 and 1.27).

How to fix: take SIGTERM with `signal.NotifyContext` and return from main when its context is done.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.endings import ended_by
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "An unhandled SIGTERM ends a Go program at once: covmeta is there, covcounters never is."
FIX = Fix(
    "Take SIGTERM in main with `signal.NotifyContext(ctx, syscall.SIGTERM)` and return when it is done."
)


@live_rule(
    "no-signal-handler",
    Link.STOP,
    title="main does not handle SIGTERM",
    source="experiment, Go 1.26.8 and 1.27.3; router#677",
    symptoms=(Symptom.META_ONLY,),
    explains=("grace-too-short", "hard-exit"),
)
def no_signal_handler(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from ended_by("no-signal-handler", "The service does not handle SIGTERM", WHY, FIX, live, path)
