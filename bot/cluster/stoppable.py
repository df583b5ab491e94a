"""Whether a workload can be stopped and put back as it was."""

from __future__ import annotations

import json

from bot.cluster.client import Object
from bot.cluster.objects import annotations_of, label_of, owners_of, replicas_of
from bot.errors import NotStoppable

LARGEST = 200_000
"""Bytes of a bare pod's manifest that fit into the record of the way back (annotations hold 256 KiB)."""
SETTLE = "Ask again when the rollout is through."


def refuse_unstoppable(body: Object) -> None:
    """Raise NotStoppable, with the reason in one sentence, when a run must leave the workload alone."""
    kind, label = body["kind"], label_of(body)
    if kind == "DaemonSet":
        raise NotStoppable(f"{label} is a DaemonSet: it cannot be scaled to 0 and put back.")
    if kind in ("Job", "CronJob"):
        raise NotStoppable(f"{label} is a {kind}: what it has done cannot be put back.")
    if body["metadata"].get("deletionTimestamp"):
        raise NotStoppable(f"{label} is being deleted.")
    _refuse_owned(body)
    if kind == "Pod":
        _refuse_pod(body)
        return
    if replicas_of(body) == 0:
        raise NotStoppable(
            f"{label} is scaled to 0 already, so there is nothing to stop.", hint="Scale it up and ask again."
        )
    _refuse_unseen(body)
    if kind == "StatefulSet":
        _refuse_stateful_set(body)
    if kind == "Deployment":
        _refuse_rollout(body)


def _refuse_owned(body: Object) -> None:
    """Pods and ReplicaSets that something we do not know runs: it would make them anew at once."""
    label = label_of(body)
    if "kubernetes.io/config.mirror" in annotations_of(body):
        raise NotStoppable(f"{label} is a static pod: its node's kubelet runs it from a file.")
    owners = owners_of(body)
    if owners and body["kind"] in ("Pod", "ReplicaSet"):
        owner = f"{str(owners[0].get('kind')).lower()}/{owners[0].get('name')}"
        if owners[0].get("kind") == "Node":
            raise NotStoppable(f"{label} is a static pod: its node's kubelet runs it from a file.")
        raise NotStoppable(f"{label} is run by {owner}, which covcheck cannot stop and put back.")


def _refuse_pod(body: Object) -> None:
    label, phase = label_of(body), (body.get("status") or {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise NotStoppable(f"{label} has ended already ({phase}).")
    if body["metadata"].get("finalizers"):
        held = ", ".join(body["metadata"]["finalizers"])
        raise NotStoppable(f"{label} has finalizers ({held}): when it is gone is up to others.")
    kept = {**body, "status": None, "metadata": {**body["metadata"], "managedFields": None}}
    size = len(json.dumps(kept).encode())
    if size > LARGEST:
        raise NotStoppable(
            f"{label}'s manifest has {size} bytes, too many for the record that puts it back ({LARGEST})."
        )


def _refuse_unseen(body: Object) -> None:
    """A change that the workload's controller has not seen yet."""
    seen = (body.get("status") or {}).get("observedGeneration", 0)
    if seen < body["metadata"].get("generation", 0):
        raise NotStoppable(f"{label_of(body)} was just changed and its controller is at work.", hint=SETTLE)


def _refuse_stateful_set(body: Object) -> None:
    """Claims that go with the replicas, and pods that would come back as another version."""
    label, spec, status = label_of(body), body["spec"], body.get("status") or {}
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    if retention.get("whenScaled") == "Delete" and spec.get("volumeClaimTemplates"):
        raise NotStoppable(
            f"{label} deletes its claims, and the data in them, when it is scaled down"
            " (persistentVolumeClaimRetentionPolicy.whenScaled)."
        )
    strategy = spec.get("updateStrategy") or {}
    current, newest = status.get("currentRevision"), status.get("updateRevision")
    if not newest or current == newest:
        return
    if strategy.get("type") == "OnDelete":
        raise NotStoppable(
            f"{label} has a change that waits for its pods to go (OnDelete): a stop applies it."
        )
    if not (strategy.get("rollingUpdate") or {}).get("partition"):
        raise NotStoppable(f"{label} is being rolled out.", hint=SETTLE)


def _refuse_rollout(body: Object) -> None:
    """Pods of several versions, or fewer than asked for. Pods that cannot be made at all are no rollout."""
    label, wanted, status = label_of(body), replicas_of(body), body.get("status") or {}
    there, newest = status.get("replicas", 0), status.get("updatedReplicas", 0)
    if there == newest == wanted:
        return
    conditions = {c.get("type"): c.get("status") for c in status.get("conditions") or ()}
    if conditions.get("ReplicaFailure") == "True" and there == newest:
        return
    if body["spec"].get("paused"):
        raise NotStoppable(f"{label} is paused in the middle of a rollout.", hint="Resume it first.")
    raise NotStoppable(
        f"{label} is being rolled out: {newest} of {wanted} pods are new, {there} are there.",
        hint=SETTLE,
    )
