"""Every process writes counters of its own: the figure of one replica is not that of all.

Built with -cover; two runs take different branches and write into one directory; the figure of one counter
file is held against that of both.
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.acts import covered
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "replicas",
    supports=("collect-one-replica", "symptom-partial"),
    expected=Expected(
        Symptom.BOTH,
        facts={"covmeta files": 1, "covcounters files": 2, "both cover more than one": True},
    ),
)
def replicas(lab: Lab) -> Observed:
    binary, coverdir, one = lab.build("-cover"), lab.directory(), lab.directory("one")
    lab.run([binary, "return"], one)
    lab.run([binary, "return"], coverdir)
    done = lab.run([binary, "return", "many"], coverdir)
    facts: dict[str, Fact] = {
        "covmeta files": len(list(coverdir.glob("covmeta.*"))),
        "covcounters files": len(list(coverdir.glob("covcounters.*"))),
        "both cover more than one": covered(coverdir) > covered(one),
    }
    return lab.seen(done, coverdir, facts)
