"""`-ldflags "-s -w"` does not remove coverage.

Built with -cover and symbols and debug data left out.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("stripped", supports=("not-a-cause", "folk-stripping"), expected=WORKS)
def stripped(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover", "-ldflags=-s -w"))
