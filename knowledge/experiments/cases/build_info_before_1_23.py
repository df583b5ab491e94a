"""Before Go 1.23 build info does not note -cover; the warning text in the binary is the proof.

Built with -cover; the build info is read from the file, and the file is searched for `GOCOVERDIR not set`.
"""

from __future__ import annotations

from bot.covdata.buildinfo import instrumentation, read_build_info
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "build-info-before-1-23",
    supports=("not-instrumented",),
    until=22,
    expected=Expected(facts={"-cover": "not noted", "has the hook": True}),
)
def build_info_before_1_23(lab: Lab) -> Observed:
    binary = lab.build("-cover", "-ldflags=-s -w")
    noted = read_build_info(binary).settings.get("-cover", "not noted")
    return Observed(facts={"-cover": noted, "has the hook": instrumentation(binary).hook})
