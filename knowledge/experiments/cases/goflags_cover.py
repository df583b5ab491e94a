"""`GOFLAGS=-cover` instruments as well as the flag on the command line.

Built with GOFLAGS=-cover in the environment and no flag on the command line.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment(
    "goflags-cover", supports=("not-instrumented", "build-arg-not-passed", "working-setup"), expected=WORKS
)
def goflags_cover(lab: Lab) -> Observed:
    return plain_run(lab, lab.build(env={"GOFLAGS": "-cover -mod=mod"}))
