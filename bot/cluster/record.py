"""The undo record: how a workload stood before a run, as plain values that fit into an annotation."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from bot.cluster.client import Object
from bot.cluster.plan import Plan
from bot.errors import ClusterError, NotStoppable

ANNOTATION = "covcheck.dev/undo"
RUN_LABEL = "covcheck.dev/run"
"""Label of a run's lease and of its tool pods; the value is the run's id."""
MANAGED_LABEL = "app.kubernetes.io/managed-by"
MANAGER = "covcheck"
LARGEST = 200_000
"""Bytes of a record; the API server takes 256 KiB of annotations for an object."""

_SERVER_METADATA = (
    *("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"),
    *("deletionTimestamp", "deletionGracePeriodSeconds", "generateName"),
)
_ADMITTED = ("priority", "preemptionPolicy", "overhead", "serviceAccount", "ephemeralContainers")
"""What admission fills in again, and refuses when it is given otherwise; and what cannot be created."""
_TOKEN_VOLUME = re.compile(r"kube-api-access-[a-z0-9]{5}")
_NETWORK_ANNOTATIONS = ("cni.projectcalico.org/", "k8s.ovn.org/", "k8s.v1.cni.cncf.io/network-status")


@dataclass(frozen=True, slots=True)
class Undo:
    """What a workload is put back to.

    `uid` is the workload's; `replicas` count for what can be scaled, `pod` is the manifest of a bare pod,
    fit to be created again. Tool pods of the run are in the namespaces `tools`, with the run's label.
    `grace` is the longest grace period of the pods, in seconds.
    """

    run: str
    kind: str
    name: str
    uid: str
    replicas: int
    grace: int
    tools: tuple[str, ...]
    pod: Object | None = None

    @property
    def target(self) -> str:
        """`deployment/NAME`."""
        return f"{self.kind.lower()}/{self.name}"

    def encode(self) -> str:
        """As JSON. Raises NotStoppable when it is larger than an annotation may be."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        if len(text.encode()) > LARGEST:
            raise NotStoppable(f"The manifest of {self.target} is too large to be kept for putting it back.")
        return text

    @classmethod
    def decode(cls, text: str) -> Self:
        """The record again. Raises ClusterError when the text is no record."""
        try:
            values: dict[str, Any] = json.loads(text)
            values["tools"] = tuple(str(name) for name in values["tools"])
            values["replicas"], values["grace"] = int(values["replicas"]), int(values["grace"])
            return cls(**values)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ClusterError(
                "The undo record of a lease cannot be read.",
                hint="Put the workload back by hand and delete the lease.",
            ) from None


def undo_record(plan: Plan, run_id: str, tool_namespace: str, pod: Object | None) -> Undo:
    """The record for a plan; `pod` is the live object of a bare pod."""
    places = tuple(sorted({plan.namespace, tool_namespace or plan.namespace}))
    manifest = None if pod is None else creatable(pod)
    return Undo(run_id, plan.kind, plan.name, plan.uid, plan.replicas, plan.grace, places, manifest)


def creatable(pod: Mapping[str, Any]) -> Object:
    """The manifest of a live pod without what server, admission and network added to it.

    The node stays only when the pod was made with one: then a client owns the field `nodeName`; a binding
    by the scheduler leaves no owner (tried with Kubernetes 1.34).
    """
    metadata = {k: copy.deepcopy(v) for k, v in pod["metadata"].items() if k not in _SERVER_METADATA}
    kept = {k: v for k, v in (metadata.pop("annotations", None) or {}).items() if not _by_network(k)}
    if kept:
        metadata["annotations"] = kept
    spec = {k: copy.deepcopy(v) for k, v in pod["spec"].items() if k not in _ADMITTED}
    if not _placed_by_client(pod):
        spec.pop("nodeName", None)
    _without_token(spec)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _by_network(annotation: str) -> bool:
    return annotation.startswith(_NETWORK_ANNOTATIONS)


def _placed_by_client(pod: Mapping[str, Any]) -> bool:
    entries = pod["metadata"].get("managedFields") or ()
    return any("f:nodeName" in ((entry.get("fieldsV1") or {}).get("f:spec") or {}) for entry in entries)


def _without_token(spec: Object) -> None:
    """Drop the token volume that the ServiceAccount admission adds under a random name."""
    volumes = spec.get("volumes") or []
    added = {v["name"] for v in volumes if "projected" in v and _TOKEN_VOLUME.fullmatch(v["name"])}
    if not added:
        return
    _keep(spec, "volumes", "name", added)
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        _keep(container, "volumeMounts", "name", added)


def _keep(holder: Object, field: str, key: str, dropped: set[str]) -> None:
    """Drop entries of a list by name, and the list when nothing is left in it."""
    left = [entry for entry in holder.get(field) or [] if entry.get(key) not in dropped]
    holder.pop(field, None)
    if left:
        holder[field] = left
