"""As process 1 an unhandled SIGTERM ends the program with 2 (143 from Go 1.27), a handled one normally.

Built with -cover; run by unshare as process 1 of a PID namespace of its own, with SIGTERM from outside.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from bot.model import Symptom
from knowledge.experiments.lab import READY_SECONDS, RUN_SECONDS, Lab
from knowledge.experiments.model import Expected, NotHere, Observed
from knowledge.experiments.process import Done
from knowledge.experiments.registry import experiment


@experiment(
    "sigterm-as-process-1",
    supports=("no-signal-handler", "shell-entrypoint"),
    needs=("unshare",),
    root=True,
    expected=Expected(
        Symptom.META_ONLY,
        exits=(2, 143),
        facts={"handled": "BOTH", "handled exits with": 0, "is process 1": True},
    ),
)
def sigterm_as_process_1(lab: Lab) -> Observed:
    unhandled, handled = lab.directory("unhandled"), lab.directory("handled")
    done, is_first = _terminated(lab, "wait", unhandled)
    normal, _ = _terminated(lab, "handle", handled)
    facts = {
        "handled": lab.symptom(handled).value,
        "handled exits with": normal.exit,
        "is process 1": is_first,
    }
    return lab.seen(done, unhandled, facts)


def _terminated(lab: Lab, how: str, coverdir: Path) -> tuple[Done, bool]:
    """The end of the program after SIGTERM, and whether it was process 1."""
    if lab.run(["unshare", "--pid", "--fork", "true"], None).exit:
        raise NotHere("unshare may not make a PID namespace here")
    words: list[str | Path] = ["unshare", "--pid", "--fork", "--kill-child", lab.build("-cover"), how]
    with lab.start(words, coverdir) as outer:
        pid = outer.until_says("ready", READY_SECONDS).split()[1]
        children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        return outer.end(RUN_SECONDS), pid == "1"
