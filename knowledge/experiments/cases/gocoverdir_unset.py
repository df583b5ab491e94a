"""Without GOCOVERDIR nothing is written, Go warns on stderr, and the exit status stays 0.

Built with -cover; run without the variable, and with an empty one.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "gocoverdir-unset",
    supports=("gocoverdir-unset", "gocoverdir-wrong-container", "symptom-nothing"),
    expected=Expected(
        Symptom.NOTHING,
        exits=(0,),
        says=("warning: GOCOVERDIR not set, no coverage data emitted",),
        facts={"empty counts as unset": True},
    ),
)
def gocoverdir_unset(lab: Lab) -> Observed:
    binary, coverdir = lab.build("-cover"), lab.directory()
    done, empty = (
        lab.run([binary, "return"], None, cwd=coverdir),
        lab.run([binary, "return"], "", cwd=coverdir),
    )
    return lab.seen(done, coverdir, {"empty counts as unset": "GOCOVERDIR not set" in empty.stderr})
