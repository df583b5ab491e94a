"""No `-cover` reaches the go build of the binary that the pod runs.

What it looks at: every `go build` that can make the service's binary with coverage switched on, its
flags on the command line and in GOFLAGS (also when GOFLAGS is an ARG or ENV of the Dockerfile stage).

Why it empties the figure: a binary built without `-cover` has no counters. It writes nothing into
GOCOVERDIR and says nothing about it, neither at the start nor at the exit (own experiment, Go 1.26.8
and 1.27.3). `go version -m BINARY` of an instrumented binary shows `build -cover=true`.

How to fix: pass `-cover` to that `go build`, for example through `ARG GOFLAGS` and
`--build-arg GOFLAGS=-cover`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild
from bot.facts.buildargs import build_args_matter, passes_unknown
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A binary built without -cover writes nothing into GOCOVERDIR and gives no warning."


@rule(
    "not-instrumented",
    Link.BUILD,
    title="The binary is built without -cover",
    source="own experiment",
    symptom=Symptom.NOTHING,
)
def not_instrumented(path: CoveragePath) -> Iterator[Hit | Missing]:
    builds = [b for b in binary_builds(path) if b.tool not in ("tinygo",)]
    if not builds:
        return
    if all(build.cover is False for build in builds):
        matter = any(build_args_matter(path, build) for build in builds)
        if matter and not path.image_builds:
            return
        if matter and passes_unknown(path.image_builds):
            reason = "the image build passes words that were not readable; a build arg may be among them"
            yield Missing(
                "whether -cover reaches go build",
                reason,
                Link.BUILD,
                evidence=path.image_builds[0].evidence,
            )
            return
        yield _hit(path, builds)
    elif not all(build.cover for build in builds):
        place = next(build.evidence for build in builds if not build.cover)
        reason = (
            "the flags of a go build that may make the binary were not readable, or its branch is unknown"
        )
        yield Missing("whether -cover reaches go build", reason, Link.BUILD, evidence=place)


def _hit(path: CoveragePath, builds: list[GoBuild]) -> Hit:
    build = builds[0]
    summary = f"The service's binary is built without -cover: `{_shown(build)}` gets no coverage flag."
    if build.goflags is not None and build.goflags.value:
        summary = f"{summary[:-1]}, and GOFLAGS is `{build.goflags.value}`."
    text = (
        "Pass -cover to this go build when coverage is on, for example through ARG GOFLAGS and --build-arg."
    )
    evidence = (build.evidence, *(arg.evidence for b in path.image_builds[:1] for arg in b.build_args))
    command = " ".join(build.argv[:2])
    made = patch.replace(path, build.evidence, command, f"{command} -cover") if len(builds) == 1 else None
    offered = patch.diff(path, made) if build.stage is None and made else None
    return Hit(summary, WHY, Fix(text, offered), evidence or (build.evidence,))


def _shown(build: GoBuild) -> str:
    words = " ".join(build.argv)
    return words if len(words) < 120 else words[:117] + "..."
