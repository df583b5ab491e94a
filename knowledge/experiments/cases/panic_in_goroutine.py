"""A panic in any goroutine ends the program with status 2 and without counters.

Built with -cover; another goroutine than main's panics.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "panic-in-goroutine",
    supports=("panic-exit",),
    expected=Expected(Symptom.META_ONLY, exits=(2,), says=("panic: no database",)),
)
def panic_in_goroutine(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.run([lab.build("-cover"), "panic-in-goroutine"], coverdir), coverdir)
