"""A directory that is emptied while the program runs gets covcounters and no covmeta.

Built with -cover; covmeta is removed when the program is ready, which then ends by a SIGTERM that it handles.
"""

from __future__ import annotations

import signal

from bot.model import Symptom
from knowledge.experiments.lab import READY_SECONDS, RUN_SECONDS, Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "emptied-while-running",
    supports=("directory-created-late", "stale-data", "symptom-counters-only"),
    expected=Expected(Symptom.COUNTERS_ONLY, exits=(0,), silent=True),
)
def emptied_while_running(lab: Lab) -> Observed:
    coverdir = lab.directory()
    with lab.start([lab.build("-cover"), "handle"], coverdir) as program:
        program.until_says("ready", READY_SECONDS)
        for file in coverdir.iterdir():
            file.unlink()
        program.send(signal.SIGTERM)
        done = program.end(RUN_SECONDS)
    return lab.seen(done, coverdir)
