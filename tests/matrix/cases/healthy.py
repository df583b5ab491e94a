"""Healthy variants: coverage comes out, and nothing may be said against them."""

from __future__ import annotations

from typing import Any

from tests.matrix.case import BOTH, WRITABLE, Case, Files
from tests.matrix.cases.node import SPREAD
from tests.matrix.images import MULTI_STAGE, tag
from tests.matrix.workload import CLAIM, CREATED, EMPTY_DIR, PREPARED, Shop, busybox, env

ON_WORKER = (("worker", WRITABLE),)
ROOT = {"securityContext": {"runAsUser": 0}}
WAITS = "trap 'exit 0' TERM; while :; do sleep 1; done"
RESTRICTED = {
    "readOnlyRootFilesystem": True,
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
VOLUME: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "{namespace}", "labels": {"covcheck-matrix": "yes"}},
    "spec": {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "",
        "persistentVolumeReclaimPolicy": "Retain",
        "claimRef": {"namespace": "{namespace}", "name": "coverage"},
        "hostPath": {"path": "{directory}"},
    },
}
CLAIMED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "coverage"},
    "spec": {
        "storageClassName": "",
        "volumeName": "{namespace}",
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    },
}
CONFIG: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "coverage"},
    "data": {"GOCOVERDIR": "/coverdata"},
}


def _healthy(name: str, shop: Shop, why: str = "", **more: Any) -> Case:
    return Case(f"ok-{name}", shop, None, BOTH, (), why, **more)


HEALTHY = (
    _healthy("host-path", Shop(volume=PREPARED), nodes=ON_WORKER),
    _healthy("empty-dir", Shop(volume=EMPTY_DIR, node="")),
    _healthy(
        "host-path-of-the-node",
        Shop(volume=PREPARED, node="control-plane"),
        "no extraMount behind it; nobody says that the files are wanted on the machine",
        parent="/var/lib/coverage",
        nodes=(("control-plane", WRITABLE),),
    ),
    _healthy("claim", Shop(volume=CLAIM, also=(VOLUME, CLAIMED)), nodes=ON_WORKER),
    _healthy("stateful-set", Shop(volume=EMPTY_DIR, kind="StatefulSet", replicas=2, node="")),
    _healthy("bare-pod", Shop(volume=PREPARED, kind="Pod"), nodes=ON_WORKER),
    _healthy(
        "replicas-on-two-nodes",
        Shop(volume=PREPARED, node="", replicas=2, pod={"topologySpreadConstraints": SPREAD}),
        nodes=(*ON_WORKER, ("control-plane", WRITABLE)),
    ),
    _healthy(
        "stripped-static-trimpath",
        Shop(tag(MULTI_STAGE), volume=PREPARED),
        "two stages, distroless, uid 65532: none of it is a cause",
        nodes=ON_WORKER,
    ),
    _healthy("mode-set", Shop(tag("set"), volume=EMPTY_DIR)),
    _healthy("script-with-exec", Shop(tag("script-exec"), volume=PREPARED), nodes=ON_WORKER),
    _healthy(
        "script-that-forwards",
        Shop(tag("script-forwards"), volume=PREPARED),
        "a shell is PID 1, and hands SIGTERM on",
        nodes=ON_WORKER,
    ),
    _healthy(
        "slow-shutdown",
        Shop(env=env(SHOP_END="slow"), volume=PREPARED),
        "5 s of a grace period of 30",
        nodes=ON_WORKER,
    ),
    _healthy("root", Shop(volume=CREATED, pod=ROOT)),
    _healthy(
        "restricted",
        Shop(
            volume=EMPTY_DIR,
            node="",
            container={"securityContext": RESTRICTED},
            pod={"securityContext": {"runAsUser": 65532, "fsGroup": 65532}},
        ),
    ),
    _healthy(
        "sidecar",
        Shop(
            volume=PREPARED,
            beside=(busybox("logger", WAITS),),
            before=(busybox("migrate", "true"),),
        ),
        nodes=ON_WORKER,
    ),
    _healthy(
        "variable-of-a-config-map",
        Shop(
            env=(),
            volume=PREPARED,
            container={"envFrom": [{"configMapRef": {"name": "coverage"}}]},
            also=(CONFIG,),
        ),
        nodes=ON_WORKER,
    ),
    _healthy(
        "with-its-repo",
        Shop(tag(MULTI_STAGE), volume=CREATED, pod=ROOT),
        "the repo says what the cluster shows",
        files=Files(),
    ),
)
