"""An instrumented program that returns from main writes covmeta and covcounters and says nothing.

Built with -cover, run with GOCOVERDIR set to a writable directory.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("baseline", supports=("not-a-cause", "not-instrumented", "working-setup"), expected=WORKS)
def baseline(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover"))
