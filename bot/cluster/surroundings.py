"""What stands around a workload: who else runs in the namespace, who uses it, what a stop costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bot.cluster.client import Cluster, Object
from bot.cluster.objects import label_of, name_of, owners_of, pod_labels, pod_spec
from bot.cluster.target import Target
from bot.cluster.together import together
from bot.errors import ClusterForbidden

NEIGHBOURS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Pod")
KINDS = (*NEIGHBOURS, "Service", "HorizontalPodAutoscaler")
LONG = 60
"""Seconds of grace from which people are told."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Objects of the namespace by kind. A kind that this account may not list is empty."""

    by_kind: dict[str, tuple[Object, ...]]

    def others(self, target: Target) -> tuple[str, ...]:
        """Further workloads, as `deployment/NAME`: no pods of others, no Jobs that are done."""
        bodies = [body for kind in NEIGHBOURS for body in self.by_kind[kind]]
        own = [body for body in bodies if not owners_of(body) or body["kind"] not in ("Pod", "Job")]
        return tuple(label_of(body) for body in own if label_of(body) != target.label and not _done(body))

    def services(self, target: Target) -> tuple[str, ...]:
        """Services that lead to the target's pods."""
        labels = pod_labels(target.body).items()
        selectors = [(b, (b.get("spec") or {}).get("selector")) for b in self.by_kind["Service"]]
        return tuple(label_of(body) for body, chosen in selectors if chosen and chosen.items() <= labels)

    def autoscaler(self, target: Target) -> str | None:
        """The HorizontalPodAutoscaler of the target, with its bounds."""
        for body in self.by_kind["HorizontalPodAutoscaler"]:
            scaled = body["spec"].get("scaleTargetRef") or {}
            if (scaled.get("kind"), scaled.get("name")) == (target.kind, target.name):
                least, most = body["spec"].get("minReplicas", 1), body["spec"].get("maxReplicas")
                return f"horizontalpodautoscaler/{name_of(body)} ({least} to {most} replicas)"
        return None


def look_around(cluster: Cluster, namespace: str) -> Surroundings:
    """List the namespace. Raises what Cluster raises, but for a kind that may not be listed."""
    lists = together([partial(_listed, cluster, kind, namespace) for kind in KINDS])
    return Surroundings(dict(zip(KINDS, lists, strict=True)))


def _listed(cluster: Cluster, kind: str, namespace: str) -> tuple[Object, ...]:
    try:
        return tuple({"kind": kind, **body} for body in cluster.list(kind, namespace).items)
    except ClusterForbidden:
        return ()


def _done(body: Object) -> bool:
    status = body.get("status") or {}
    if body["kind"] == "Job":
        ends = {c.get("type") for c in status.get("conditions") or () if c.get("status") == "True"}
        return bool(ends & {"Complete", "Failed"})
    return body["kind"] == "Pod" and status.get("phase") in ("Succeeded", "Failed")


def costs(target: Target) -> Iterator[str]:
    """What stopping this workload costs, a sentence each."""
    spec = pod_spec(target.body)
    if target.replicas > 1:
        yield f"All {target.replicas} replicas are stopped."
    volumes = spec.get("volumes") or ()
    if lost := [v["name"] for v in volumes if "emptyDir" in v or "ephemeral" in v]:
        yield f"What the pods keep in {_volumes(lost)} is lost."
    if target.grace >= LONG:
        yield f"Its pods may take {target.grace} s to end (terminationGracePeriodSeconds)."
    if one_by_one(target) and target.replicas > 1:
        yield "Its pods are stopped one after the other (podManagementPolicy OrderedReady)."
    if target.kind == "Pod":
        yield "Nothing owns this pod: it is deleted and made anew from its manifest, with another address."
        if spec.get("restartPolicy") in ("Never", "OnFailure"):
            yield f"It has restartPolicy {spec['restartPolicy']}: what it did once, it does again."


def one_by_one(target: Target) -> bool:
    """Whether a StatefulSet ends its pods in order."""
    return target.kind == "StatefulSet" and target.body["spec"].get("podManagementPolicy") != "Parallel"


def _volumes(names: list[str]) -> str:
    return f"the volume{'s' if len(names) > 1 else ''} {', '.join(names)}"
