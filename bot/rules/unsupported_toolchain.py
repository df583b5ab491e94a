"""The binary is built with TinyGo or garble.

What it looks at: the tool that builds the service's binary.

Why it empties the figure: TinyGo has no `-cover` for programs (tinygo-org/tinygo#1384), garble breaks
the instrumented packages (burrowers/garble#872).

How to fix: build with the standard Go toolchain for the tests.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.path import CoveragePath
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

TOOLS = {"tinygo": ("TinyGo", "tinygo-org/tinygo#1384"), "garble": ("garble", "burrowers/garble#872")}


@rule(
    "unsupported-toolchain",
    Link.BUILD,
    title="The toolchain cannot instrument",
    source="tinygo-org/tinygo#1384, burrowers/garble#872",
    symptom=Symptom.NOTHING,
    explains=("not-instrumented",),
)
def unsupported_toolchain(path: CoveragePath) -> Iterator[Hit | Missing]:
    builds = binary_builds(path)
    for build in builds:
        if build.tool not in TOOLS:
            continue
        name, issue = TOOLS[build.tool]
        yield Hit(
            f"The binary is built with {name}, which does not support -cover.",
            f"Only the standard Go toolchain instruments programs ({issue}).",
            Fix("Build with `go build -cover` for the tests."),
            (build.evidence,),
            Certainty.CERTAIN if len(builds) == 1 and build.taken else Certainty.LIKELY,
        )
        return
