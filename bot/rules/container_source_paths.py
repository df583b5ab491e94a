"""The profile names files of the build container, which `go tool cover` cannot open on the host.

What it looks at: `go tool cover -html` or `-func` over the profile of a binary that is built from a file
argument (`go build ./cmd/x/main.go`) inside a Dockerfile.

Why: such a build writes main.go with its absolute path in the build container, also with -trimpath;
`go tool cover` then stops with `can't read "/src/cmd/x/main.go"` and makes no report at all (tried with Go
1.26). Packages that are named by import path are found through go.mod. golang/go#74749.

How to fix: build the package; or replace the prefix in the profile.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild
from bot.facts.events import Report
from bot.facts.order import data_reports, reads_profile
from bot.facts.path import CoveragePath
from bot.model import Certainty, Effect, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A build from a file argument keeps the container's absolute path, and go tool cover must open it."


@rule(
    "container-source-paths",
    Link.REPORT,
    effect=Effect.DEGRADES,
    symptom=Symptom.BOTH,
    title="The profile names files of the build container",
    source="Go 1.26.8; golang/go#74749",
)
def container_source_paths(path: CoveragePath) -> Iterator[Hit | Missing]:
    build = next((b for b in binary_builds(path) if _from_file(b)), None)
    report = next((r for r in path.events(Report) if reads_profile(r) and _of_data(path, r)), None)
    if build is None or report is None:
        return
    directory = posixpath.dirname(_file(build)) or "."
    yield Hit(
        f"go tool cover reads a profile whose {_source(build)} lies in the build container.",
        WHY,
        Fix(f"Build the package in {directory} instead of the file."),
        (build.evidence, report.evidence),
        Certainty.CERTAIN if build.workdir else Certainty.LIKELY,
    )


def _from_file(build: GoBuild) -> bool:
    return build.stage is not None and build.cover is True and _file(build) != ""


def _file(build: GoBuild) -> str:
    return next((p for p in build.packages if p.endswith(".go")), "")


def _source(build: GoBuild) -> str:
    return posixpath.normpath(posixpath.join(build.workdir or "", _file(build)))


def _of_data(path: CoveragePath, report: Report) -> bool:
    """Whether the profile is one that covdata made in this run."""
    names = {posixpath.basename(r.output) for r in data_reports(path) if r.output}
    return any(posixpath.basename(each) in names for each in report.inputs)
