"""A panic ends the program with status 2 and without counters.

Built with -cover; main panics.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "panic",
    supports=("panic-exit", "symptom-meta-only"),
    expected=Expected(Symptom.META_ONLY, exits=(2,), says=("panic: no database",)),
)
def panic(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.run([lab.build("-cover"), "panic"], coverdir), coverdir)
