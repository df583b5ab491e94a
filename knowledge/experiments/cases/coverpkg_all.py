"""From Go 1.25 on a small program built with `-coverpkg=all` writes both files.

Built with -cover and -coverpkg=all, which takes in the standard library.
"""

from __future__ import annotations

from knowledge.experiments.acts import WORKS, plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Observed
from knowledge.experiments.registry import experiment


@experiment("coverpkg-all", supports=("coverpkg-too-broad",), since=25, expected=WORKS)
def coverpkg_all(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover", "-coverpkg=all"))
