"""What covcheck may do in a cluster: one table that the plan, deploy/rbac.yaml, `doctor` and the docs share.

A probe declares its own in a tuple `PERMISSIONS` of its module under `bot.cluster.probes`; what the run
itself needs stands here. `all_permissions` gathers both.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from bot.cluster.kinds import KINDS

if TYPE_CHECKING:
    from bot.cluster.probes.base import Probe


@dataclass(frozen=True, slots=True)
class Permission:
    """One verb on a kind (a key of `KINDS`) or its subresource, and what it is for.

    `purpose` is a verb phrase that ends both "needed to ..." and "cannot ..." (`read the process's
    environment`). `vital`: without it no run starts; else what it shows is missing. `place` is where:
    in the workload's namespace, where the tool pods live, or in the whole cluster. `only` names the one
    kind of workload, or of volume, that it matters for.
    """

    verb: str
    kind: str
    sub: str | None
    purpose: str
    vital: bool = False
    place: Literal["workload", "tools", "cluster"] = "workload"
    only: str | None = None

    @property
    def resource(self) -> str:
        """As RBAC writes it: `pods/log`."""
        plural = KINDS[self.kind].plural
        return f"{plural}/{self.sub}" if self.sub else plural

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two permissions the same for RBAC: place, API group, resource, verb."""
        return self.place, KINDS[self.kind].group, self.resource, self.verb


def _scale(kind: str) -> tuple[Permission, ...]:
    return (
        Permission("get", kind, None, "see the workload and when it is put back", True, only=kind),
        Permission("list", kind, None, "find the workload by its name or labels"),
        Permission("watch", kind, None, "notice who scales the workload back"),
        Permission("get", kind, "scale", "see how many replicas it has", True, only=kind),
        Permission("patch", kind, "scale", "stop the workload and put it back", True, only=kind),
    )


RUN: tuple[Permission, ...] = (
    Permission("get", "Pod", None, "look at a pod", True),
    Permission("list", "Pod", None, "find the pods of the workload", True),
    Permission("watch", "Pod", None, "follow the pods to their end", True),
    *_scale("Deployment"),
    *_scale("StatefulSet"),
    *_scale("ReplicaSet"),
    Permission("get", "Pod", "log", "follow the log to its end"),
    Permission("get", "Pod", "exec", "look into a running pod"),
    Permission("create", "Pod", "exec", "look into a running pod"),
    Permission("patch", "Pod", "ephemeralcontainers", "look into a running pod"),
    Permission("list", "Event", None, "read what Kubernetes reports of the pods"),
    Permission("create", "Pod", None, "put a pod that nothing owns back", True, only="Pod"),
    Permission("delete", "Pod", None, "stop a pod that nothing owns", True, only="Pod"),
    Permission("create", "Pod", None, "read the files of a claim", only="PersistentVolumeClaim"),
    Permission("delete", "Pod", None, "remove the pod that reads a claim", only="PersistentVolumeClaim"),
    Permission("get", "Lease", None, "see who stops the workload", True),
    Permission("list", "Lease", None, "find what expired runs left", True),
    Permission("create", "Lease", None, "take the workload for this run", True),
    Permission("update", "Lease", None, "hold the workload and keep the record of the way back", True),
    Permission("delete", "Lease", None, "give the workload free", True),
    Permission("list", "DaemonSet", None, "tell a DaemonSet from what can be stopped"),
    Permission("list", "Job", None, "name the Jobs that share the namespace"),
    Permission("list", "Service", None, "name the Services that lead to the pods"),
    Permission("list", "HorizontalPodAutoscaler", None, "notice an autoscaler of the workload"),
    Permission("list", "Node", None, "see the nodes and their taints", place="cluster"),
    Permission("list", "Namespace", None, "find the namespaces that a pattern allows", place="cluster"),
    Permission("create", "Pod", None, "look at directories of nodes", place="tools"),
    Permission("list", "Pod", None, "find the tool pods that a run left", place="tools"),
    Permission("watch", "Pod", None, "wait for a tool pod", place="tools"),
    Permission("delete", "Pod", None, "remove tool pods", place="tools"),
    Permission("get", "Pod", "exec", "copy files out of a tool pod", place="tools"),
    Permission("create", "Pod", "exec", "copy files out of a tool pod", place="tools"),
)
"""What a run needs besides its probes."""


@cache
def all_permissions() -> tuple[Permission, ...]:
    """The permissions of the run and of every probe, each once, the run's first."""
    gathered = [*RUN, *_of_probes()]
    unique: dict[tuple[object, ...], Permission] = {}
    for permission in gathered:
        unique.setdefault((*permission.key, permission.only), permission)
    return tuple(unique.values())


def all_probes() -> tuple[Probe, ...]:
    """The `PROBE` of every module under bot.cluster.probes, by name."""
    found = {module["PROBE"].name: module["PROBE"] for module in _modules() if "PROBE" in module}
    return tuple(found[name] for name in sorted(found))


def _of_probes() -> Iterator[Permission]:
    """What the probes declare, and further `PERMISSIONS` of their modules."""
    for module in _modules():
        yield from module.get("PERMISSIONS", ())
        if "PROBE" in module:
            yield from module["PROBE"].permissions


def _modules() -> Iterator[dict[str, Any]]:
    from bot.cluster import probes

    for name in sorted(info.name for info in pkgutil.iter_modules(probes.__path__)):
        yield vars(importlib.import_module(f"bot.cluster.probes.{name}"))
