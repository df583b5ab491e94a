"""A user other than root writes coverage where it may write.

Built with -cover; run as uid 65532 (as the own user where that is not root) with a directory that is open to
all.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS
from knowledge.experiments.lab import NOBODY, Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("non-root", supports=("not-a-cause", "folk-non-root", "gocoverdir-not-writable"), expected=WORKS)
def non_root(lab: Lab) -> Observed:
    coverdir = lab.directory()
    done = lab.run([lab.build("-cover"), "return"], coverdir, user=NOBODY if lab.is_root else None)
    return lab.seen(done, coverdir)
