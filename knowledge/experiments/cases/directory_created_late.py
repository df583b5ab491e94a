"""A directory that appears after the start gets covcounters and no covmeta.

Built with -cover; the program makes the directory of GOCOVERDIR itself. Then covmeta of another run of the
same binary is put beside its counters.
"""

from __future__ import annotations

import shutil

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "directory-created-late",
    supports=("directory-created-late", "gocoverdir-missing", "symptom-counters-only"),
    expected=Expected(
        Symptom.COUNTERS_ONLY,
        exits=(0,),
        says=("coverage meta-data emit failed",),
        facts={"with covmeta of another run": "BOTH"},
    ),
)
def directory_created_late(lab: Lab) -> Observed:
    binary, late, other = lab.build("-cover"), lab.folder / "late", lab.directory("other")
    done = lab.run([binary, "mkdir"], late)
    before = lab.symptom(late)
    lab.run([binary, "return"], other)
    for meta in other.glob("covmeta.*"):
        shutil.copy(meta, late)
    return lab.observed(before, done, {"with covmeta of another run": lab.symptom(late).value})
