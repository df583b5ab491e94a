"""Two builds of one program leave two covmeta files in one directory, and a report counts both.

Built with -cover, with and without -coverpkg=./...; both write into one directory.
"""

from __future__ import annotations

from bot.covdata.pods import find_pods
from bot.model import Symptom
from knowledge.experiments.acts import covdata
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "two-builds",
    supports=("mixed-builds", "stale-data", "symptom-partial"),
    expected=Expected(Symptom.BOTH, facts={"covmeta files": 2, "percent exits with": 0}),
)
def two_builds(lab: Lab) -> Observed:
    coverdir = lab.directory()
    done = lab.run([lab.build("-cover"), "return"], coverdir)
    lab.run([lab.build("-cover", "-coverpkg=./...,example.com/shop/sdk/..."), "return"], coverdir)
    return lab.seen(
        done,
        coverdir,
        {
            "covmeta files": len(find_pods([coverdir]).pods),
            "percent exits with": covdata(lab, "percent", coverdir).exit,
        },
    )
