"""os.Exit is a normal exit: both files are written, whatever the status.

Built with -cover; main calls os.Exit(3).
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment("os-exit", supports=("hard-exit",), expected=Expected(Symptom.BOTH, exits=(3,), silent=True))
def os_exit(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.run([lab.build("-cover"), "os-exit"], coverdir), coverdir)
