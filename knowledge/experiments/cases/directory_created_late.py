"""A directory that appears after the start gets covcounters and no covmeta.

Built with -cover; the program makes the directory of GOCOVERDIR itself.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "directory-created-late",
    supports=("directory-created-late",),
    expected=Expected(Symptom.COUNTERS_ONLY, exits=(0,), says=("coverage meta-data emit failed",)),
)
def directory_created_late(lab: Lab) -> Observed:
    coverdir = lab.folder / "late"
    return lab.seen(lab.run([lab.build("-cover"), "mkdir"], coverdir), coverdir)
