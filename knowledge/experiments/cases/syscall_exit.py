"""syscall.Exit runs no exit hook: covmeta alone is left, with status 0 and no word.

Built with -cover; main calls syscall.Exit(0).
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "syscall-exit",
    supports=("hard-exit", "symptom-meta-only"),
    expected=Expected(Symptom.META_ONLY, exits=(0,), silent=True),
)
def syscall_exit(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.run([lab.build("-cover"), "syscall-exit"], coverdir), coverdir)
