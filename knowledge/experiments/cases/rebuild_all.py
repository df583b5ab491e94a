"""`-a` does not remove coverage.

Built with -cover and -a, which compiles every package anew.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("rebuild-all", supports=("not-a-cause", "folk-rebuild-all"), expected=WORKS)
def rebuild_all(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover", "-a"))
