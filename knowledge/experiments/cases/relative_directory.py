"""A relative GOCOVERDIR is resolved at each write: after a chdir covmeta and covcounters part.

Built with -cover; GOCOVERDIR=coverdata, and the program changes into another directory that has a coverdata
too.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "relative-directory",
    supports=("gocoverdir-relative",),
    expected=Expected(
        Symptom.META_ONLY,
        exits=(0,),
        facts={"where it changed to": "COUNTERS_ONLY", "without a chdir": "BOTH"},
    ),
)
def relative_directory(lab: Lab) -> Observed:
    binary, coverdir = lab.build("-cover"), lab.directory()
    other = lab.directory("other")
    (other / "coverdata").mkdir()
    done = lab.run([binary, "chdir", other], "coverdata")
    stays = lab.directory("stays")
    lab.run([binary, "return"], "stays")
    facts = {
        "where it changed to": lab.symptom(other / "coverdata").value,
        "without a chdir": lab.symptom(stays).value,
    }
    return lab.seen(done, coverdir, facts)
