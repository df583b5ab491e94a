"""`-trimpath` does not remove coverage.

Built with -cover and -trimpath.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("trimpath", supports=("not-a-cause", "folk-trimpath"), expected=WORKS)
def trimpath(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover", "-trimpath"))
