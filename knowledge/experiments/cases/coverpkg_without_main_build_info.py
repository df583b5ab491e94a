"""Build info says `-cover=true` also where -coverpkg leaves main out and nothing is ever written.

Built with -cover and -coverpkg=./internal/...; the build info is read from the file.
"""

from __future__ import annotations

from bot.covdata.buildinfo import instrumentation, read_build_info
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "coverpkg-without-main-build-info",
    supports=("coverpkg-excludes-main",),
    since=23,
    expected=Expected(facts={"-cover": "true", "has the hook": False}),
)
def coverpkg_without_main_build_info(lab: Lab) -> Observed:
    binary = lab.build("-cover", "-coverpkg=./internal/...")
    noted = read_build_info(binary).settings.get("-cover", "not noted")
    return Observed(facts={"-cover": noted, "has the hook": instrumentation(binary).hook})
