"""A shell that starts the program without exec keeps SIGTERM: the program runs on and has written no
counters.

Built with -cover; sh starts the program, and the shell alone gets SIGTERM; then the same with exec.
"""

from __future__ import annotations

import os
import signal

from bot.model import Symptom
from knowledge.experiments.lab import READY_SECONDS, RUN_SECONDS, Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "shell-keeps-signal",
    supports=("shell-entrypoint", "symptom-meta-only"),
    needs=("sh",),
    expected=Expected(Symptom.META_ONLY, facts={"program still runs": True, "with exec": "BOTH"}),
)
def shell_keeps_signal(lab: Lab) -> Observed:
    binary, coverdir, direct = lab.build("-cover"), lab.directory(), lab.directory("direct")
    with lab.start(["sh", "-c", '"$0" handle; true', binary], coverdir) as shell:
        pid = int(shell.until_says("ready", READY_SECONDS).split()[1])
        shell.send(signal.SIGTERM)
        done = shell.end(RUN_SECONDS)
        runs = _runs(pid)
        during = lab.symptom(coverdir)
    lab.terminated(["sh", "-c", 'exec "$0" handle', binary], direct)
    return lab.observed(during, done, {"program still runs": runs, "with exec": lab.symptom(direct).value})


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
