"""The dry run as plain values: what a live run will stop, whom that affects, what it may not do here.

`bot.cluster.planning` makes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

SHOWN = 8
"""Names of a kind that people are shown; the rest is counted."""


@dataclass(frozen=True, slots=True)
class PlannedPod:
    """A pod that will be stopped: its node, and its grace period in seconds."""

    name: str
    uid: str
    node: str | None
    grace: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a live run will do, as plain values that survive a restart.

    `kind`, `name`, `uid`, `generation` say which workload as it was when the plan was made; `replicas` what
    it is put back to. `owners` name what made the workload (owner references, field managers, Helm, Argo
    CD, Flux), `others` the further workloads of the namespace, `dependents` what is known to use this one
    (Services, an autoscaler). `warnings` are sentences for the person who confirms; `lacks` permissions
    that are missing, with what then cannot be seen; `blockers` those without which no run starts.
    `longest` is how many seconds the stop may take at most; `looked_at` the nodes where tool pods may be
    made, in `tool_namespace` (empty: the workload's own).
    """

    service: str
    cluster: str
    namespace: str
    kind: str
    name: str
    uid: str
    generation: int
    replicas: int
    container: str | None
    pods: tuple[PlannedPod, ...]
    owners: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    dependents: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    longest: int = 0
    looked_at: tuple[str, ...] = ()
    tool_namespace: str = ""

    @property
    def target(self) -> str:
        """`deployment/NAME`."""
        return f"{self.kind.lower()}/{self.name}"

    @property
    def grace(self) -> int:
        """The longest grace period of the pods, in seconds."""
        return max((pod.grace for pod in self.pods), default=0)

    @property
    def digest(self) -> str:
        """What a confirmation is bound to: workload, its generation, replicas and the very pods."""
        bound = [self.cluster, self.namespace, self.kind, self.uid, self.generation, self.replicas]
        text = json.dumps([*bound, sorted(pod.uid for pod in self.pods)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def lines(self) -> tuple[str, ...]:
        """The plan as sentences for the person who confirms it."""
        return tuple(plan_lines(self))

    def encode(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    @classmethod
    def decode(cls, values: Mapping[str, Any]) -> Self:
        """The plan again. Raises KeyError or TypeError when the values are of another version."""
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        fields["pods"] = tuple(PlannedPod(**pod) for pod in values["pods"])
        return cls(**fields)


def plan_lines(plan: Plan) -> Iterator[str]:
    """What is stopped, for how long, what is made besides, who is concerned, what is missing."""
    replicas = "" if plan.kind == "Pod" else f" ({_count(plan.replicas, 'replica')})"
    yield f"Stops {plan.target}{replicas} in namespace {plan.namespace} of cluster {plan.cluster}."
    pods = [f"{pod.name} on {pod.node or 'no node yet'}" for pod in plan.pods]
    yield f"Pods: {_some(pods)}." if pods else "It has no pods now."
    back = "made anew from its manifest" if plan.kind == "Pod" else f"put back to {plan.replicas}"
    yield f"Stopped for at most about {plan.longest} s, then {back}, also when the run fails."
    where = plan.tool_namespace or plan.namespace
    tools = f" and tool pods in {where} on {_some(plan.looked_at)}" if plan.looked_at else ""
    yield f"Made for the run: an ephemeral container in each pod{tools}. They go with the run."
    yield f"Made and kept by: {_some(plan.owners)}." if plan.owners else "Nothing says who made it."
    if plan.dependents:
        yield f"Used by: {_some(plan.dependents)}."
    others = f"{_count(len(plan.others), 'further workload')} ({_some(plan.others)})"
    yield f"Also in the namespace: {others if plan.others else 'nothing else'}."
    yield from (f"Note: {warning}" for warning in plan.warnings)
    for lack in plan.lacks:
        yield f"{'Cannot run' if lack in plan.blockers else 'Not allowed'}: {lack}."


def _some(names: Iterable[str]) -> str:
    every = tuple(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
