"""The container was killed because it ran out of memory.

What it looks at: the reason that the runtime gives for the end of the container (OOMKilled), at the stop
or in a crash loop before it.

Why it empties the figure: the kernel ends the process with SIGKILL (137), which leaves no time to write
counters.

How to fix: raise the memory limit, or find what takes the memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.endings import ended_by
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "The kernel kills with SIGKILL, and a killed process writes no counters."
FIX = Fix(
    "Raise the memory limit of the container; an instrumented binary needs a little more than a plain one."
)


@live_rule(
    "oom-killed",
    Link.STOP,
    title="The container ran out of memory",
    source="Kubernetes API, ContainerStateTerminated",
    symptoms=(Symptom.META_ONLY,),
    explains=("grace-too-short", "shutdown-blocked", "hard-exit"),
)
def oom_killed(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    yield from ended_by("oom-killed", "The service was killed for its memory", WHY, FIX, live, path)
