"""The running binary was built by a Go that cannot instrument programs.

What it looks at: the Go version in the build info of the running binary.

Why it empties the figure: `go build -cover` came with Go 1.20 (golang/go#33463). Older versions refuse the
flag or, given through a script that drops it, build a plain binary.

How to fix: build with Go 1.20 or later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts.live import BinarySeen, Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

FIRST = 20
WHY = "go build -cover came with Go 1.20."


@live_rule(
    "go-too-old",
    Link.BUILD,
    title="The builder's Go is older than 1.20",
    source="golang/go#33463",
    symptoms=(Symptom.NOTHING,),
    explains=("not-instrumented",),
)
def go_too_old(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda pod: pod.binary is not None and _old(pod.binary))
    if not pods:
        return
    binary = pods[0].binary
    assert binary is not None
    yield Hit(
        f"The binary {binary.path} in {whose(live, pods)} was built by {binary.go}, before Go 1.{FIRST}.",
        WHY,
        Fix(f"Build it with Go 1.{FIRST} or later, with -cover."),
        live_place(live),
        observations=observed(*(pod.binary.seen for pod in pods if pod.binary)),
    )


def _old(binary: BinarySeen) -> bool:
    match = re.match(r"(?:go)?1\.(\d{1,3})(?!\d)", binary.go)
    return match is not None and int(match[1]) < FIRST and not binary.hook
