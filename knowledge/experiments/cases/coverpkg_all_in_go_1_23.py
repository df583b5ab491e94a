"""With Go 1.23 and 1.24 a small program built with `-coverpkg=all` reports `bad pkgID` and still writes both
files.

Built with -cover and -coverpkg=all, which takes in the standard library.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import plain_run
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "coverpkg-all-in-go-1-23",
    supports=("coverpkg-too-broad",),
    since=23,
    until=24,
    expected=Expected(
        Symptom.BOTH, exits=(0,), says=("internal error in coverage meta-data tracking", "bad pkgID")
    ),
)
def coverpkg_all_in_go_1_23(lab: Lab) -> Observed:
    return plain_run(lab, lab.build("-cover", "-coverpkg=all"))
