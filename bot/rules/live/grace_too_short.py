"""The grace period is over before the program has shut down.

What it looks at: the time from the stop to SIGKILL against the grace period, what the program logged
meanwhile, and the preStop hook and shutdown time-out that the repo shows.

Why it empties the figure: after the grace period the kubelet sends SIGKILL, and no counters are written
(kloak#170). Under 10 s of grace, or with a log that goes on to the end, the program was probably still
at work.

How to fix: raise `terminationGracePeriodSeconds` above preStop plus shutdown time-out.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.endings import ended_by
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "When the grace period is over the kubelet sends SIGKILL, and a killed process writes no counters."
FIX = Fix("Raise terminationGracePeriodSeconds; when it is killed at 60 s too, main never returns.")


@live_rule(
    "grace-too-short",
    Link.STOP,
    title="The grace period is shorter than the shutdown",
    source="kloak#170; Kubernetes 1.34 in kind",
    symptoms=(Symptom.META_ONLY,),
)
def grace_too_short(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from ended_by(
        "grace-too-short", "The service was killed while it was shutting down", WHY, FIX, live, path
    )
