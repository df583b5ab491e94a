"""os.Setenv in main comes too late: Go has read GOCOVERDIR before.

Built with -cover; main sets GOCOVERDIR to another directory than the environment does, and where it says
nothing.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "set-in-code",
    supports=("gocoverdir-set-in-code",),
    expected=Expected(
        Symptom.NOTHING, facts={"where the environment says": "BOTH", "warned without the environment": True}
    ),
)
def set_in_code(lab: Lab) -> Observed:
    binary, named, coverdir = lab.build("-cover"), lab.directory("named"), lab.directory()
    done = lab.run([binary, "setenv", coverdir], named)
    unset = lab.run([binary, "setenv", coverdir], None)
    facts: dict[str, Fact] = {
        "where the environment says": lab.symptom(named).value,
        "warned without the environment": "GOCOVERDIR not set" in unset.stderr,
    }
    return lab.seen(done, coverdir, facts)
