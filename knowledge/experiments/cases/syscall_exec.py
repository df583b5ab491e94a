"""syscall.Exec replaces the program without counters.

Built with -cover; main turns into /bin/true by syscall.Exec.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "syscall-exec",
    supports=("hard-exit",),
    needs=("/bin/true",),
    expected=Expected(Symptom.META_ONLY, exits=(0,), silent=True),
)
def syscall_exec(lab: Lab) -> Observed:
    coverdir = lab.directory()
    return lab.seen(lab.run([lab.build("-cover"), "syscall-exec"], coverdir), coverdir)
