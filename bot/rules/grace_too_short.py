"""The pod gets less time to end than the program may need, and SIGKILL comes first.

What it looks at: the grace period (the stop's own, else `terminationGracePeriodSeconds`, else 30 s)
against a `sleep` in the preStop hook and the shutdown time-out in package main.

Why: After the grace period the kubelet sends SIGKILL and no counters are written. The preStop hook
runs inside the same period. The kubelet grants 2 s at least, whatever is set (tried with Kubernetes
1.34: grace 0 and 1 left a handler 2 s), and 2 s more for a preStop hook that still runs.

How to fix: Raise `terminationGracePeriodSeconds` above preStop plus shutdown time-out.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.build import CodeFact
from bot.facts.joints import service_container
from bot.facts.order import flushes_itself, grace_seconds, pre_stop_seconds, stops_before, sure_collections
from bot.facts.patch import diff, replace_word
from bot.facts.path import CoveragePath
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

KUBELET_MINIMUM = 2
WHY = "When the grace period is over the kubelet sends SIGKILL, and a killed process writes no counters."


@rule(
    "grace-too-short",
    Link.STOP,
    symptom=Symptom.META_ONLY,
    title="The grace period is shorter than the shutdown",
    source="kloak#170; Kubernetes 1.34 in kind",
)
def grace_too_short(path: CoveragePath) -> Iterator[Hit | Missing]:
    stop = next((s for c in sure_collections(path) for s in stops_before(path, c)), None)
    grace = grace_seconds(path, stop)
    if grace is None or flushes_itself(path) or (stop is not None and stop.force):
        return
    hook, shutdown = pre_stop_seconds(path), _shutdown(path)
    needed = hook + (float(shutdown.value) if shutdown else 0)
    if grace > 1 and grace >= needed:
        return
    told = stop.evidence if stop is not None and stop.grace_seconds is not None else _said_by(path)
    evidence = [e for e in (told, _hook(path) if hook else None, shutdown and shutdown.evidence) if e]
    if not evidence:
        return
    yield Hit(
        f"The pod has {grace} s to end" + _against(hook, shutdown) + ".",
        WHY,
        _fix(path, grace, max(30, int(needed) + 5)),
        tuple(evidence),
        _certainty(grace, hook, needed),
    )


def _certainty(grace: int, hook: int, needed: float) -> Certainty:
    if max(grace, KUBELET_MINIMUM) + 2 < hook:
        return Certainty.CERTAIN
    return Certainty.LIKELY if needed > max(grace, KUBELET_MINIMUM) else Certainty.POSSIBLE


def _against(hook: int, shutdown: CodeFact | None) -> str:
    parts = [f"its preStop hook sleeps {hook} s"] if hook else []
    parts += [f"main allows itself {shutdown.value} s to shut down"] if shutdown else []
    return ", but " + " and ".join(parts) if parts else ""


def _shutdown(path: CoveragePath) -> CodeFact | None:
    """The longest time-out that main sets for its shutdown."""
    facts = [f for f in path.main.code if f.kind == "shutdown-timeout"] if path.main else []
    numbers = [f for f in facts if f.value.replace(".", "", 1).isdecimal() and len(f.value) < 9]
    return max(numbers, key=lambda fact: float(fact.value), default=None)


def _said_by(path: CoveragePath) -> Evidence | None:
    return path.workload.grace_seconds.evidence if path.workload and path.workload.grace_seconds else None


def _hook(path: CoveragePath) -> Evidence | None:
    container = service_container(path)
    return container.pre_stop.evidence if container and container.pre_stop else None


def _fix(path: CoveragePath, grace: int, wanted: int) -> Fix:
    place = _said_by(path)
    patch = diff(path, replace_word(path, place, str(grace), str(wanted))) if place else None
    return Fix(f"Set terminationGracePeriodSeconds to {wanted}.", patch)
