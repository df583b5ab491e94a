"""The process left without running the exit hook of Go.

What it looks at: exit code and time of the container after it was asked to stop, whether the log holds a
word of Go about it, and the calls that leave at once in package main.

Why it empties the figure: `syscall.Exit` and `syscall.Exec` run no exit hook, and SIGKILL leaves no time
(experiment); return from main, `os.Exit` and `log.Fatal` do write the counters.

How to fix: return from main, or call `os.Exit`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.endings import ended_by
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Counters are written on a normal exit only; SIGKILL and syscall.Exit run no exit hook."
FIX = Fix(
    "Return from main or call os.Exit; look for syscall.Exit, syscall.Exec and for what kills the process."
)


@live_rule(
    "hard-exit",
    Link.STOP,
    title="The process is killed instead of stopped",
    source="experiment, Go 1.26.8 and 1.27.3; Kubernetes 1.34 in kind",
    symptoms=(Symptom.META_ONLY,),
    explains=("collect-before-exit",),
)
def hard_exit(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from ended_by("hard-exit", "The service left without writing its counters", WHY, FIX, live, path)
