"""A -coverpkg that matches nothing is a warning of the build, and the binary writes nothing.

Built with -cover and -coverpkg=example.com/shpo/...
"""

from __future__ import annotations

from bot.model import Symptom
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, Fact, Observed
from knowledge.experiments.registry import experiment


@experiment(
    "coverpkg-typo",
    supports=("coverpkg-matches-nothing", "coverpkg-excludes-main"),
    expected=Expected(
        Symptom.NOTHING, exits=(0,), silent=True, facts={"build exits with": 0, "build warns": True}
    ),
)
def coverpkg_typo(lab: Lab) -> Observed:
    built, binary = lab.try_build("-cover", "-coverpkg=example.com/shpo/...")
    coverdir = lab.directory()
    facts: dict[str, Fact] = {
        "build exits with": built.exit,
        "build warns": "no packages being built depend on matches for pattern" in built.stderr,
        "build says": built.stderr,
    }
    return lab.seen(lab.run([binary, "return"], coverdir), coverdir, facts)
