"""With a -coverpkg that leaves main out the binary writes nothing and says nothing, even without GOCOVERDIR.

Built with -cover and -coverpkg=./internal/...
"""

from __future__ import annotations

from bot.covdata.buildinfo import instrumentation
from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "coverpkg-without-main",
    supports=("coverpkg-excludes-main", "symptom-nothing"),
    expected=Expected(
        Symptom.NOTHING,
        exits=(0,),
        silent=True,
        facts={"silent without GOCOVERDIR": True, "has the hook": False},
    ),
)
def coverpkg_without_main(lab: Lab) -> Observed:
    binary, coverdir = lab.build("-cover", "-coverpkg=./internal/..."), lab.directory()
    unset = lab.run([binary, "return"], None)
    facts: dict[str, Fact] = {
        "silent without GOCOVERDIR": not unset.stderr,
        "has the hook": instrumentation(binary).hook,
    }
    return lab.seen(lab.run([binary, "return"], coverdir), coverdir, facts)
