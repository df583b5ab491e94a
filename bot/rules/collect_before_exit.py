"""The files are taken before the process had time to exit.

What it looks at: what stands between the last stop of the service and the act that takes the files: a
wait until the pod is gone, a sleep, a look at replica counts, or nothing.

Why: `kubectl scale`, `kubectl delete deployment`, `helm uninstall` return at once, while the process
still shuts down (tried with Kubernetes 1.34: 0.1 s, pod Terminating). `kubectl rollout status` and replica
counts do not help: pods that are ending are not counted, so both say "done" at once (tried too). A sleep
is a bet on the grace period. kloak#52.

How to fix: `kubectl wait --for=delete pod -l <labels> --timeout=60s` between stop and copy.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Stop, Wait
from bot.facts.order import (
    Collection,
    flushes_itself,
    grace_seconds,
    pre_stop_seconds,
    returns_early,
    stops_before,
    sure,
    sure_collections,
    waits_between,
)
from bot.facts.path import CoveragePath
from bot.facts.words import known
from bot.model import Certainty, Effect, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "The call that stops the pod returns at once; counters are written later, when the process exits."
ENOUGH = 5.0
"""A sleep of that many seconds is long enough for most programs: less than it is worth a warning."""


@rule(
    "collect-before-exit",
    Link.COLLECT,
    symptom=Symptom.META_ONLY,
    title="Nothing waits for the process to exit before the copy",
    source="kloak#52; Kubernetes 1.34 in kind",
)
def collect_before_exit(path: CoveragePath) -> Iterator[Hit | Missing]:
    if flushes_itself(path):
        return
    for taken in sure_collections(path)[:1]:
        stops = [s for s in stops_before(path, taken) if s.signal is None or s.method != "kill"]
        if stops and returns_early(stops[-1]):
            yield from _judge(path, stops[-1], taken)


def _judge(path: CoveragePath, stop: Stop, taken: Collection) -> Iterator[Hit]:
    waits = waits_between(path, stop, taken)
    if any(wait.method == "deleted" for wait in waits):
        return
    sleeps = [w for w in waits if w.method == "sleep"]
    counts = [w for w in waits if w.method in ("rollout", "scaled")]
    if sleeps:
        yield from _slept(path, stop, taken, sleeps)
    elif counts:
        says = "rollout status" if counts[-1].method == "rollout" else "the replica count"
        yield _hit(
            stop,
            taken,
            counts[-1:],
            f"only {says} is waited for, which does not count pods that are ending",
            Certainty.POSSIBLE,
        )
    elif _of_files(stop):
        what = "nothing waits for the pod to end, unless its namespace is deleted with it"
        yield _hit(stop, taken, [], what, Certainty.POSSIBLE)
    else:
        yield _hit(stop, taken, [], "nothing waits for the pod to end", sure(path, Link.STOP, Link.COLLECT))


def _of_files(stop: Stop) -> bool:
    """`kubectl delete -f`: when a namespace is among the objects, kubectl waits until all in it is gone."""
    return stop.method == "delete-workload" and stop.target is not None and not known(stop.target)


def _slept(path: CoveragePath, stop: Stop, taken: Collection, sleeps: list[Wait]) -> Iterator[Hit]:
    """Speak when the sleeps together may be shorter than the pod takes."""
    if any(wait.seconds is None for wait in sleeps):
        return
    total, grace = sum(wait.seconds or 0 for wait in sleeps), grace_seconds(path, stop)
    hook = pre_stop_seconds(path)
    if grace is not None and total >= grace:
        return
    certainty = Certainty.CERTAIN if hook and total < hook else Certainty.POSSIBLE
    limit = f"may take {grace} s" if grace is not None else "may take longer"
    what = f"the run only sleeps {total:g} s, the pod {limit}"
    if hook and total < hook:
        what = f"the run sleeps {total:g} s, the pod's preStop hook {hook} s"
    mild = certainty is Certainty.POSSIBLE and total >= ENOUGH
    yield _hit(stop, taken, sleeps, what, certainty, Effect.DEGRADES if mild else None)


def _hit(
    stop: Stop,
    taken: Collection,
    waits: list[Wait],
    what: str,
    certainty: Certainty,
    effect: Effect | None = None,
) -> Hit:
    evidence = (stop.evidence, *(wait.evidence for wait in waits), taken.evidence)
    return Hit(f"Between the stop and the copy {what}.", WHY, _fix(stop), evidence, certainty, effect)


def _fix(stop: Stop) -> Fix:
    if stop.method == "helm-uninstall":
        return Fix("Add --wait to helm uninstall, or wait with `kubectl wait --for=delete pod -l <labels>`.")
    return Fix(
        "Wait with `kubectl wait --for=delete pod -l <the pod's labels> --timeout=60s` before the copy."
    )
