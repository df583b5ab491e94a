"""The running binary was built from a file instead of a package.

What it looks at: the name of the main package in the build info of the running binary.

Why the figure is wrong: `go build ./cmd/x/main.go` makes a package `command-line-arguments` whose file has
the absolute path of the build; reports cannot find it in the repo (own experiment, golang/go#56433).

How to fix: name the package: `go build ./cmd/x`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Effect, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

NAME = "command-line-arguments"
WHY = "A file has no package: its figures stand under command-line-arguments, with a path of the build."


@live_rule(
    "file-argument-build",
    Link.BUILD,
    effect=Effect.DEGRADES,
    title="go build is given a file instead of a package",
    source="own experiment; golang/go#56433",
    symptoms=(Symptom.BOTH,),
    explains=("container-source-paths",),
)
def file_argument_build(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda p: p.binary is not None and p.binary.hook and p.binary.main == NAME)
    if not pods:
        return
    yield Hit(
        f"The main package of the binary in {whose(live, pods)} is {NAME}: go build was given a .go file.",
        WHY,
        Fix("Give go build the package (`./cmd/x`) instead of its main.go."),
        live_place(live),
        observations=observed(*(p.binary.seen for p in pods if p.binary)),
    )
