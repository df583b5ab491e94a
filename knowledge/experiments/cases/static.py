"""A statically linked binary writes coverage like any other.

Built with -cover, CGO_ENABLED=0 and -extldflags "-static".
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("static", supports=("not-a-cause", "folk-static-linking", "folk-distroless"), expected=WORKS)
def static(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover", '-ldflags=-extldflags "-static"', env={"CGO_ENABLED": "0"}))
