"""The builder's Go is older than 1.20.

What it looks at: the Go version in the tag of the base image of the stage that runs go build. The `go`
line of go.mod does not matter: it is the language version.

Why it empties the figure: `go build -cover` came with Go 1.20 (golang/go#33463, release notes of 1.20);
before, the flag stops the build, and GOCOVERDIR means nothing.

How to fix: use a newer Go image.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.baseimages import go_version
from bot.facts.binary import binary_builds, stage_of
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import known
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "go build -cover and GOCOVERDIR came with Go 1.20."
FIRST = (1, 20)


@rule(
    "go-too-old",
    Link.BUILD,
    title="The builder's Go is older than 1.20",
    source="golang/go#33463",
    symptom=Symptom.NOTHING,
)
def go_too_old(path: CoveragePath) -> Iterator[Hit | Missing]:
    for build in binary_builds(path):
        chain = stage_chain(path.dockerfile, stage_of(path, build))
        if not chain or not known(chain[-1].base):
            continue
        version = go_version(chain[-1].base)
        if version is not None and version < FIRST:
            yield Hit(
                f"go build runs with Go {version[0]}.{version[1]} of {chain[-1].base}; coverage needs 1.20.",
                WHY,
                Fix("Use a builder image with Go 1.20 or newer."),
                (chain[-1].evidence, build.evidence),
            )
            return
