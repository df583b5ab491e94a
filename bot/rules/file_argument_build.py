"""The main package is built from a file argument: `go build ./cmd/shop/main.go`.

What it looks at: the packages that an instrumented go build names; an argument that ends in `.go`.

Why it spoils the figure: go then calls the package `command-line-arguments` and writes main.go with the
absolute path of the build container into the profile (own experiment; golang/go#56433). The figure comes
out, but main's statements cannot be matched to the repo.

How to fix: name the directory: `go build ./cmd/shop`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.facts import patch
from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Effect, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = (
    "From a file argument the package is named command-line-arguments and keeps the absolute path of the "
    "build container (golang/go#56433)."
)


@rule(
    "file-argument-build",
    Link.BUILD,
    title="go build is given a file instead of a package",
    source="own experiment; golang/go#56433",
    effect=Effect.DEGRADES,
    symptom=Symptom.BOTH,
    explains=("container-source-paths",),
)
def file_argument_build(path: CoveragePath) -> Iterator[Hit | Missing]:
    for build in binary_builds(path):
        files = [p for p in build.packages if p.endswith(".go") and known(p)]
        if build.cover is False or not files:
            continue
        yield _hit(path, build, files)
        return


def _hit(path: CoveragePath, build: GoBuild, files: list[str]) -> Hit:
    package = _package(files[0])
    summary = f"go build is given the file {files[0]}, so the package is reported as command-line-arguments."
    fix = Fix(f"Build the package: `{package}` instead of `{' '.join(files)}`.", _patch(path, files, package))
    main = () if path.main is None else (path.main.evidence,)
    return Hit(summary, WHY, fix, (build.evidence, *main))


def _package(file: str) -> str:
    directory = posixpath.dirname(file)
    if not directory:
        return "."
    return directory if directory.startswith((".", "/")) else f"./{directory}"


def _patch(path: CoveragePath, files: list[str], package: str) -> str | None:
    """Mends every build of the same files, so that both branches of a RUN stay alike."""
    same = [b for b in path.builds if [p for p in b.packages if p.endswith(".go")] == files]
    edits = [patch.replace_word(path, b.evidence, " ".join(files), package) for b in same]
    return patch.diff(path, *edits)
