"""Build info says `-cover=true`, also in a stripped binary.

Built with -cover and -ldflags "-s -w"; the build info is read from the file.
"""

from __future__ import annotations

from bot.covdata.buildinfo import read_build_info
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "build-info",
    supports=("not-instrumented", "folk-stripping"),
    since=23,
    expected=Expected(facts={"-cover": "true", "without -cover": "not noted"}),
)
def build_info(lab: Lab) -> Observed:
    settings = read_build_info(lab.build("-cover", "-ldflags=-s -w")).settings
    plain = read_build_info(lab.build("-ldflags=-s -w")).settings
    return Observed(
        facts={
            "-cover": settings.get("-cover", "not noted"),
            "without -cover": plain.get("-cover", "not noted"),
        }
    )
