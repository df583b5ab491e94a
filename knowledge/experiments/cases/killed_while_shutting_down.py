"""A program that handles SIGTERM and is killed before main returns leaves covmeta alone.

Built with -cover; SIGTERM, half a second later SIGKILL, while the program is still at its shutdown.
"""

from __future__ import annotations

import signal

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "killed-while-shutting-down",
    supports=("grace-too-short", "shutdown-blocked"),
    expected=Expected(Symptom.META_ONLY, exits=(137,)),
)
def killed_while_shutting_down(lab: Lab) -> Observed:
    coverdir = lab.directory()
    signals = ((0, signal.SIGTERM), (0.5, signal.SIGKILL))
    return lab.seen(lab.stopped([lab.build("-cover"), "ignore-shutdown"], coverdir, *signals), coverdir)
