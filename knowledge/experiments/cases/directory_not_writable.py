"""A directory in which the user may not write stays empty; Go says permission denied and exits with 0.

Built with -cover; run as a user other than root with a directory of mode 0755 that root owns (as another
user: mode 0555).
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import NOBODY, Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "directory-not-writable",
    supports=(
        "gocoverdir-not-writable",
        "fsgroup-ignored",
        "user-directory-mismatch",
        "host-directory-missing",
        "folk-non-root",
        "symptom-nothing",
    ),
    expected=Expected(
        Symptom.NOTHING, exits=(0,), says=("error: coverage meta-data emit failed", "permission denied")
    ),
)
def directory_not_writable(lab: Lab) -> Observed:
    coverdir = lab.directory(mode=0o755 if lab.is_root else 0o555)
    done = lab.run([lab.build("-cover"), "return"], coverdir, user=NOBODY if lab.is_root else None)
    coverdir.chmod(0o755)
    return lab.seen(done, coverdir)
