"""The running binary was built with -cover, but its main package was left out.

What it looks at: the build info of the running binary (`-cover=true`, `-coverpkg`), and whether the code that
writes coverage is linked in.

Why it empties the figure: the hook that writes the files is put into package main only when `-coverpkg`
matches it. Without the hook nothing is written, and not even the warning about GOCOVERDIR comes (own
experiment); the build info says `-cover=true` all the same.

How to fix: add the main package to `-coverpkg`, or leave `-coverpkg` out.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "The hook that writes the files is in package main only when -coverpkg matches it."


@live_rule(
    "coverpkg-excludes-main",
    Link.BUILD,
    title="-coverpkg leaves the main package out",
    source="own experiment",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-unset", "not-instrumented"),
)
def coverpkg_excludes_main(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(
        live, lambda pod: pod.binary is not None and pod.binary.rule == "coverpkg-excludes-main"
    )
    if not pods:
        return
    binary = pods[0].binary
    assert binary is not None
    listed, main = binary.settings.get("-coverpkg"), binary.main or "the main package"
    noted = f"-coverpkg={listed}" if listed else "-cover=true"
    yield Hit(
        f"The binary {binary.path} in {whose(live, pods)} says {noted}, but {main} lacks the hook that "
        "writes coverage.",
        WHY,
        Fix(f"Add {main} to -coverpkg, or leave -coverpkg out."),
        live_place(live),
        observations=observed(*(pod.binary.seen for pod in pods if pod.binary)),
    )
