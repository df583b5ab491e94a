"""`-installsuffix cgo` does not remove coverage.

Built with -cover and -installsuffix cgo.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("installsuffix", supports=("not-a-cause", "folk-installsuffix"), expected=WORKS)
def installsuffix(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover", "-installsuffix", "cgo"))
