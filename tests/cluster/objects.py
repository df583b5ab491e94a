"""Objects as an API server gives them, made from the little that a test is about."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def container(name: str = "main", image: str = "busybox:1.36", **more: Any) -> Object:
    return {"name": name, "image": image, **more}


def pod_spec(*containers: Object, **more: Any) -> Object:
    return {"containers": list(containers) or [container()], "terminationGracePeriodSeconds": 30, **more}


def metadata(name: str, own: dict[str, str] | None = None, **more: Any) -> Object:
    return {
        "name": name,
        "namespace": "shop",
        "uid": f"uid-{name}",
        "generation": 1,
        **more,
        "labels": {**(own or {}), **more.get("labels", {})},
    }


def deployment(name: str, *containers: Object, replicas: int = 1, **more: Any) -> Object:
    """A settled Deployment; `labels`, `meta`, `pod` (spec), `spec` and `status` add or replace."""
    labels = more.get("labels", {})
    chosen = {"pods-of": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(name, labels, **more.get("meta", {})),
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": chosen},
            "template": {
                "metadata": {"labels": {**labels, **chosen}},
                "spec": pod_spec(*containers, **more.get("pod", {})),
            },
            **more.get("spec", {}),
        },
        "status": {
            "observedGeneration": 1,
            "replicas": replicas,
            "updatedReplicas": replicas,
            **more.get("status", {}),
        },
    }


def stateful_set(name: str, *containers: Object, replicas: int = 1, **more: Any) -> Object:
    made = deployment(name, *containers, replicas=replicas, **more)
    status = {"currentRevision": "a", "updateRevision": "a", **made["status"]}
    return {**made, "kind": "StatefulSet", "status": status}


def replica_set(name: str, owner: Object | None = None, **more: Any) -> Object:
    made = deployment(name, **more)
    made["kind"] = "ReplicaSet"
    if owner is not None:
        made["metadata"] |= {
            "ownerReferences": [owner_of(owner)],
            "labels": {"pods-of": owner["metadata"]["name"]},
        }
    return made


def pod(name: str, *containers: Object, owner: Object | None = None, **more: Any) -> Object:
    """A running pod on node n1; owned by `owner` and with its labels when that is given."""
    labels = dict(more.get("labels", {}))
    extra = dict(more.get("meta", {}))
    if owner is not None:
        extra["ownerReferences"] = [owner_of(owner)]
        labels |= {"pods-of": owner["metadata"].get("labels", {}).get("pods-of", owner["metadata"]["name"])}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(name, labels, **extra),
        "spec": {"nodeName": "n1", **pod_spec(*containers, **more.get("pod", {}))},
        "status": {"phase": "Running", **more.get("status", {})},
    }


def owner_of(body: Object) -> Object:
    return {
        "apiVersion": body["apiVersion"],
        "kind": body["kind"],
        "name": body["metadata"]["name"],
        "uid": body["metadata"]["uid"],
        "controller": True,
    }


def owned_by(kind: str, name: str, api: str = "example.dev/v1", controller: bool = True) -> Object:
    """Metadata of something that `kind/name` owns."""
    owner = {"apiVersion": api, "kind": kind, "name": name, "uid": f"uid-{name}", "controller": controller}
    return {"ownerReferences": [owner]}


def other(kind: str, name: str, api: str = "apps/v1", **body: Any) -> Object:
    return {"apiVersion": api, "kind": kind, "metadata": metadata(name), **body}


def running(name: str, replicas: int = 1, **more: Any) -> tuple[Object, ...]:
    """A Deployment with its ReplicaSet and pods."""
    made = deployment(name, replicas=replicas, **more)
    middle = replica_set(f"{name}-7d9", made, replicas=replicas)
    return made, middle, *(pod(f"{name}-7d9-{number}", owner=middle) for number in range(replicas))
