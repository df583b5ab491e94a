"""`-coverpkg` does not match the main package.

What it looks at: the patterns of `-coverpkg` of an instrumented go build, and the directory and import
path of the service's main package.

Why it empties the figure: the code that writes the files at the start and at the exit is put into the
main package. When no pattern matches it, the binary writes nothing, does not even warn that GOCOVERDIR
is unset, and its build info still says `-cover=true` (own experiment, Go 1.26.8). A pattern by import
path does not match a main that is built from a file argument: its package is `command-line-arguments`
then (same experiment).

How to fix: add the main package to the patterns, or use `./...`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.binary import binary_builds
from bot.facts.build import GoBuild, MainPackage
from bot.facts.coverpkg import coverpkg_places, matches_main
from bot.facts.path import CoveragePath
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "What writes the coverage files is put into package main; -coverpkg without main leaves it out."


@rule(
    "coverpkg-excludes-main",
    Link.BUILD,
    title="-coverpkg leaves the main package out",
    source="own experiment",
    symptom=Symptom.NOTHING,
)
def coverpkg_excludes_main(path: CoveragePath) -> Iterator[Hit | Missing]:
    if path.main is None:
        return
    for build in binary_builds(path):
        if not build.cover or not build.coverpkg:
            continue
        verdict = matches_main(build, path.main, path.module)
        if verdict is None:
            reason = f"the patterns {', '.join(build.coverpkg)} are not known in full"
            yield Missing("whether -coverpkg matches main", reason, Link.BUILD, evidence=build.evidence)
        elif not verdict:
            yield _hit(path, build, path.main)
            return


def _hit(path: CoveragePath, build: GoBuild, main: MainPackage) -> Hit:
    patterns = ",".join(build.coverpkg)
    place = main.directory or "."
    summary = f"-coverpkg={patterns} does not match the main package {main.import_path or place}."
    if any(p.endswith(".go") for p in build.packages):
        summary += " Built from a file argument, its package is command-line-arguments."
    added = f"./{place}" if place != "." else "."
    fix = Fix(f"Add the main package: -coverpkg={patterns},{added}", _patch(path, build, patterns, added))
    certainty = Certainty.CERTAIN if build.taken else Certainty.LIKELY
    return Hit(summary, WHY, fix, _places(path, build), certainty)


def _places(path: CoveragePath, build: GoBuild) -> tuple[Evidence, ...]:
    main = [path.main.evidence] if path.main else []
    return tuple(dict.fromkeys((*coverpkg_places(path, build), *main)))


def _patch(path: CoveragePath, build: GoBuild, patterns: str, added: str) -> str | None:
    for place in _places(path, build):
        edit = patch.replace(path, place, f"-coverpkg={patterns}", f"-coverpkg={patterns},{added}")
        if edit is not None:
            return patch.diff(path, edit)
    return None
