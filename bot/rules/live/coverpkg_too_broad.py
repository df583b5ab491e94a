"""The instrumented binary crashes at its start with `bad pkgID`.

What it looks at: the log of a service's container that ended by itself, also of the one before a restart.

Why it empties the figure: `-coverpkg` that takes in packages of the Go runtime can make a binary that ends in
`runtime.addCovMeta: ... bad pkgID` before main runs (golang/go#73465, #59563). Small programs only say so and
go on (own experiment, Go 1.23 and 1.24), so a service that runs is no case of it.

How to fix: list the packages of the module instead of `all` or runtime packages.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, log_says, observed, pods_where, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Instrumented packages of the Go runtime can end the program before main runs."


@live_rule(
    "coverpkg-too-broad",
    Link.BUILD,
    title="-coverpkg takes in the Go runtime",
    source="golang/go#73465, golang/go#59563",
    symptoms=(Symptom.NOTHING, Symptom.META_ONLY),
    explains=("panic-exit",),
)
def coverpkg_too_broad(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda pod: _ended(pod) and log_says(pod, "bad pkgid") is not None)
    if not pods:
        return
    line = log_says(pods[0], "bad pkgid") or ""
    yield Hit(
        f"The service crashes at its start in {whose(live, pods)}: `{line.strip()[:120]}`.",
        WHY,
        Fix("Let -coverpkg name the packages of the module (./...) instead of all or runtime packages."),
        live_place(live),
        observations=observed(*(pod.seen for pod in pods)),
    )


def _ended(pod: PodSeen) -> bool:
    """Whether the service's container has ended by itself, or does not run."""
    return pod.last is not None or pod.restarts > 0 or pod.process is None
