"""Go does not make the directory: it says that it is not there and writes nothing, with exit status 0.

Built with -cover; GOCOVERDIR names a directory that does not exist.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "directory-missing",
    supports=("gocoverdir-missing", "gocoverdir-not-mounted", "symptom-nothing"),
    expected=Expected(
        Symptom.NOTHING,
        exits=(0,),
        says=("error: coverage meta-data emit failed", "no such file or directory"),
    ),
)
def directory_missing(lab: Lab) -> Observed:
    coverdir = lab.folder / "missing"
    return lab.seen(lab.run([lab.build("-cover"), "return"], coverdir), coverdir)
