"""A SIGTERM that nobody handles ends the program without counters: covmeta alone is left.

Built with -cover; the program sleeps and gets SIGTERM.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "sigterm-unhandled",
    supports=("no-signal-handler", "symptom-meta-only"),
    expected=Expected(Symptom.META_ONLY, exits=(2, 143)),
)
def sigterm_unhandled(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.terminated([lab.build("-cover"), "wait"], coverdir), coverdir)
