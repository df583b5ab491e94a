"""The findings of rules about the stop: pods that ended in one way."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.ending import ending
from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, log_says, observed, pods_where, whose
from bot.facts.workload import Container
from bot.model import Evidence, Fix
from bot.rules.registry import Hit


def ended_by(
    rule: str, said: str, why: str, fix: Fix, live: Live, path: CoveragePath | None
) -> Iterator[Hit]:
    """One finding for all pods whose end has this cause, told by the first of them."""
    found = [(pod, ending(live, pod, path)) for pod in live.pods]
    ends = {pod.name: end for pod, end in found if end is not None and end.rule == rule}
    pods = pods_where(live, lambda pod: pod.name in ends)
    if not pods:
        return
    first = ends[pods[0].name]
    yield Hit(
        f"{said} in {whose(live, pods)}: {first.told_by}{_line(rule, pods[0])}.",
        why,
        fix,
        _place(rule, live) + _code(rule, path),
        first.certainty,
        observations=observed(*(pod.stop.seen if pod.stop else pod.seen for pod in pods)),
    )


def _line(rule: str, pod: PodSeen) -> str:
    """The line of a panic."""
    line = log_says(pod, "panic:") or log_says(pod, "fatal error:") if rule == "panic-exit" else None
    return f", `{line.strip()[:100]}`" if line else ""


def _place(rule: str, live: Live) -> tuple[Evidence, ...]:
    """The line of the live workload that matters: grace period, memory limit, else the container."""
    workload = live.workload
    if workload is None:
        return ()
    own = next((c for c in workload.containers if c.name == live.container), None)
    if rule in ("grace-too-short", "shutdown-blocked") and workload.grace_seconds is not None:
        return (workload.grace_seconds.evidence, *_hook(own))
    if rule == "oom-killed" and own is not None and own.memory_limit is not None:
        return (own.memory_limit.evidence,)
    return live_place(live)


def _hook(container: Container | None) -> tuple[Evidence, ...]:
    return (container.pre_stop.evidence,) if container is not None and container.pre_stop is not None else ()


def _code(rule: str, path: CoveragePath | None) -> tuple[Evidence, ...]:
    """The statement in package main that goes with it."""
    kinds = {"hard-exit": "hard-exit", "shutdown-blocked": "no-return", "grace-too-short": "shutdown-timeout"}
    facts = path.main.code if path is not None and path.main is not None else ()
    return tuple(fact.evidence for fact in facts if fact.kind == kinds.get(rule))[:2]
