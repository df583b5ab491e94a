"""The dry run: what a live run will stop, whom that affects, and what it may not do here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


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
    that are missing, with what then cannot be seen.
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

    def encode(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    @classmethod
    def decode(cls, values: Mapping[str, Any]) -> Self:
        """The plan again. Raises KeyError or TypeError when the values are of another version."""
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        fields["pods"] = tuple(PlannedPod(**pod) for pod in values["pods"])
        return cls(**fields)
