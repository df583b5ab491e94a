"""SIGKILL leaves covmeta alone, whatever the program handles.

Built with -cover; a program that would handle SIGTERM gets SIGKILL.
"""

from __future__ import annotations

import signal

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "sigkill",
    supports=("hard-exit", "oom-killed", "grace-too-short", "shell-entrypoint", "symptom-meta-only"),
    expected=Expected(Symptom.META_ONLY, exits=(137,)),
)
def sigkill(lab: Lab) -> Observed:
    coverdir = lab.directory()
    done = lab.stopped([lab.build("-cover"), "handle"], coverdir, (0, signal.SIGKILL))
    return lab.seen(done, coverdir)
