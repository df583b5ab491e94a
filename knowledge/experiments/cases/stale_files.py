"""Files of an earlier run raise the figure of the next one.

Built with -cover; a run that takes one branch, then one that takes the other, in one directory and in two.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import covered
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "stale-files",
    supports=("stale-data", "symptom-partial"),
    expected=Expected(Symptom.BOTH, facts={"counts more with the old files": True}),
)
def stale_files(lab: Lab) -> Observed:
    binary, reused, clean = lab.build("-cover"), lab.directory("reused"), lab.directory()
    lab.run([binary, "return", "many"], reused)
    done = lab.run([binary, "return"], reused)
    lab.run([binary, "return"], clean)
    return lab.seen(done, reused, {"counts more with the old files": covered(reused) > covered(clean)})
