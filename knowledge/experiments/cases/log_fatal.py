"""log.Fatal is a normal exit: both files are written.

Built with -cover; main calls log.Fatal.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "log-fatal", supports=("hard-exit",), expected=Expected(Symptom.BOTH, exits=(1,), says=("no database",))
)
def log_fatal(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.run([lab.build("-cover"), "log-fatal"], coverdir), coverdir)
