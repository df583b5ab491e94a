"""The process still runs: nothing ended it.

What it looks at: whether the pod's container ended after it was asked to stop, and for how long it was
waited for.

Why it empties the figure: counters are written when the process ends; a pod that still runs has covmeta
only (kloak#30).

How to fix: scale the workload to 0 and wait until its pods are gone, before the files are taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Counters are written when the process ends."


@live_rule(
    "never-stopped",
    Link.STOP,
    title="Nothing stops the process before the files are taken",
    source="kloak#30",
    symptoms=(Symptom.META_ONLY,),
)
def never_stopped(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _runs_on)
    stop = pods[0].stop if pods else None
    if stop is None or not live.stopped:
        return
    back = f"; {live.scaled_back} scaled it up again" if live.scaled_back else ""
    yield Hit(
        f"The service still runs in {whose(live, pods)} {stop.seconds:.0f} s after it was asked to stop "
        f"(grace period {stop.grace} s){back}.",
        WHY,
        Fix(f"Let nothing scale {live.target} while it is stopped, and wait until its pods are gone."),
        live_place(live),
        Certainty.LIKELY,
        observations=observed(*(p.stop.seen for p in pods if p.stop)),
    )


def _runs_on(pod: PodSeen) -> bool:
    """Seen running after its grace period."""
    stop = pod.stop
    return stop is not None and stop.ended is None and pod.phase == "Running" and stop.seconds > stop.grace
