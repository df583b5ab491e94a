"""A binary that is copied to another place, as `COPY --from` does, keeps its coverage.

Built with -cover; the bytes alone are copied to another directory, and the copy is run from there.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, copy_of, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment(
    "copied", supports=("not-a-cause", "folk-multi-stage-copy", "wrong-binary-copied"), expected=WORKS
)
def copied(lab: Lab) -> Observed:
    return plain_run(lab, copy_of(lab, lab.build("-cover")))
