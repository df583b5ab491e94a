"""While the program runs there is covmeta alone.

Built with -cover; the directory is looked at while the program waits.
"""

from __future__ import annotations

import signal

from bot.model import Symptom
from knowledge.experiments.lab import READY_SECONDS, RUN_SECONDS, Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "still-running",
    supports=("never-stopped", "collect-before-exit", "emptydir-lost", "symptom-meta-only"),
    expected=Expected(Symptom.META_ONLY, facts={"after a normal exit": "BOTH"}),
)
def still_running(lab: Lab) -> Observed:
    coverdir = lab.directory()
    with lab.start([lab.build("-cover"), "handle"], coverdir) as program:
        program.until_says("ready", READY_SECONDS)
        during = lab.symptom(coverdir)
        program.send(signal.SIGTERM)
        done = program.end(RUN_SECONDS)
    return lab.observed(during, done, {"after a normal exit": lab.symptom(coverdir).value})
