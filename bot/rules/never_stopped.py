"""The files are collected while the process still runs: nothing stops it before.

What it looks at: the run from the service's deployment to the first act that takes coverage files (a
copy, or a report where nothing is copied), and whether anything in between ends the service's pod.

Why: covmeta is written when the process starts, covcounters when it exits normally (experiment). A pod
that is never stopped leaves covmeta alone. Jobs, pods that are not restarted, and programs that call
runtime/coverage themselves need no stop.

How to fix: Scale the workload to 0 and wait until its pod is gone, then collect.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Deploy
from bot.facts.joints import stops
from bot.facts.order import (
    conditional,
    deployed_at,
    flushes_itself,
    stops_before,
    sure,
    sure_collections,
    teardowns_before,
)
from bot.facts.path import CoveragePath
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "covcounters is written when the process exits; while it runs there is only covmeta."


@rule(
    "never-stopped",
    Link.STOP,
    symptom=Symptom.META_ONLY,
    title="Nothing stops the process before the files are taken",
    source="experiment, Go 1.26.8 and 1.27.3; kloak#30",
)
def never_stopped(path: CoveragePath) -> Iterator[Hit | Missing]:
    taken = sure_collections(path)
    if not taken or path.workload is None or flushes_itself(path):
        return
    first = taken[0]
    if stops_before(path, taken[-1]) or any(t.what == "namespace" for t in teardowns_before(path, taken[-1])):
        return
    later = next((stop for stop in stops(path) if stop.order > taken[-1].order), None)
    name = f"{path.workload.kind} {path.workload.name}"
    yield Hit(
        f"The run stops {name} only after the files are taken."
        if later
        else f"Nothing stops {name} before the files are taken.",
        WHY,
        Fix(
            f"Before {first.evidence.place}: `kubectl scale --replicas=0 {path.workload.kind.lower()}/"
            f"{path.workload.name}`, then `kubectl wait --for=delete pod -l <its labels>`."
        ),
        (first.evidence, *_deployed(path), *((later.evidence,) if later else ())),
        _certainty(path, conditional(first)),
    )


def _certainty(path: CoveragePath, first_is_conditional: bool) -> Certainty:
    if path.main is None or first_is_conditional or not path.events(Deploy):
        return Certainty.LIKELY
    return sure(path, Link.STOP, Link.COLLECT)


def _deployed(path: CoveragePath) -> tuple[Evidence, ...]:
    at = deployed_at(path)
    deploys = [d.evidence for d in path.events(Deploy) if d.order == at]
    return tuple(deploys) or ((path.workload.evidence,) if path.workload else ())
