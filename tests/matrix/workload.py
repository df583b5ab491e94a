"""The shop as Kubernetes objects; a case changes one thing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.matrix.images import tag

Object = dict[str, Any]
DIRECTORY = "/coverdata"
LABELS = {"app": "shop"}
GOCOVERDIR = {"name": "GOCOVERDIR", "value": DIRECTORY}

EMPTY_DIR: Mapping[str, Any] = {"emptyDir": {}}
PREPARED: Mapping[str, Any] = {"hostPath": {"path": "{directory}", "type": "Directory"}}
"""A directory of the node that the case has prepared: `{directory}` is the case's own."""
CREATED: Mapping[str, Any] = {"hostPath": {"path": "{directory}", "type": "DirectoryOrCreate"}}
CLAIM: Mapping[str, Any] = {"persistentVolumeClaim": {"claimName": "coverage"}}


@dataclass(frozen=True, slots=True)
class Shop:
    """A workload named `shop`.

    `volume` is the source of the volume that is mounted at `mount_path` (None: no volume), `mount` more keys
    of that mount, `container` and `pod` more keys of the container and the pod spec, `beside` and `before`
    further containers. `node` pins it: `worker`, `control-plane` or "" for anywhere.
    """

    image: str = tag("cover")
    env: tuple[Mapping[str, Any], ...] = (GOCOVERDIR,)
    volume: Mapping[str, Any] | None = None
    mount_path: str = DIRECTORY
    mount: Mapping[str, Any] | None = None
    container: Mapping[str, Any] | None = None
    pod: Mapping[str, Any] | None = None
    beside: tuple[Mapping[str, Any], ...] = ()
    before: tuple[Mapping[str, Any], ...] = ()
    kind: str = "Deployment"
    replicas: int = 1
    node: str = "worker"
    also: tuple[Mapping[str, Any], ...] = ()


def env(**values: str) -> tuple[Mapping[str, Any], ...]:
    """GOCOVERDIR as it should be, and these."""
    return (GOCOVERDIR, *({"name": name, "value": value} for name, value in values.items()))


def busybox(name: str, script: str, **more: Any) -> Mapping[str, Any]:
    """A container that runs a shell script."""
    return {"name": name, "image": "busybox:1.36", "command": ["sh", "-c", script], **more}


def objects(shop: Shop, cluster: str) -> Iterator[Object]:
    """What `kubectl apply` gets, before the case's placeholders are filled in."""
    yield from (dict(each) for each in shop.also)
    template = {"metadata": {"labels": LABELS}, "spec": _pod(shop, cluster)}
    meta = {"name": "shop", "labels": LABELS}
    if shop.kind == "Pod":
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": template["spec"]}
        return
    spec: Object = {"replicas": shop.replicas, "selector": {"matchLabels": LABELS}, "template": template}
    if shop.kind == "StatefulSet":
        spec["serviceName"] = "shop"
    yield {"apiVersion": "apps/v1", "kind": shop.kind, "metadata": meta, "spec": spec}


def _pod(shop: Shop, cluster: str) -> Object:
    spec: Object = {"containers": [_container(shop), *map(dict, shop.beside)], "enableServiceLinks": False}
    if shop.before:
        spec["initContainers"] = [dict(each) for each in shop.before]
    if shop.node:
        spec["nodeSelector"] = {"kubernetes.io/hostname": f"{cluster}-{shop.node}"}
    if shop.volume is not None:
        spec["volumes"] = [{"name": "coverage", **shop.volume}]
    more = dict(shop.pod or {})
    spec["volumes"] = [*spec.get("volumes", []), *more.pop("volumes", [])]
    return {**spec, **more}


def _container(shop: Shop) -> Object:
    made: Object = {"name": "shop", "image": shop.image, "imagePullPolicy": "Never", "env": list(shop.env)}
    more = dict(shop.container or {})
    mounts = [*more.pop("volumeMounts", [])]
    if shop.volume is not None:
        mounts.append({"name": "coverage", "mountPath": shop.mount_path, **(shop.mount or {})})
    return {**made, "volumeMounts": mounts, **more}
