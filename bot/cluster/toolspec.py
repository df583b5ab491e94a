"""What a tool pod looks like: as little right as reading needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cluster.client import Object
from bot.cluster.record import MANAGED_LABEL, MANAGER, RUN_LABEL

NODE_OWN = "/usr"
"""A directory that every node has in its own layer: what lies on the same device is the node's own."""
NODE_MOUNT = "/covcheck/node"
WAIT = "trap 'exit 0' TERM; sleep {seconds} & wait"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tool pod to start on a node: host directories, or a claim of the workload's namespace.

    `uid`, `gid` and `groups` are whom it reads as: for a claim the service's own where they are known, so
    that it passes restricted Pod Security; None: root that may read everything and change nothing.
    """

    node: str
    paths: tuple[str, ...] = ()
    claim: str | None = None
    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] = ()

    @property
    def mounts(self) -> Mapping[str, str]:
        """Each directory (or the claim) and where it is mounted in the pod."""
        sources = (self.claim,) if self.claim else self.paths
        return {source: f"/covcheck/{number}" for number, source in enumerate(sources)}


def manifest(
    wanted: Wanted, namespace: str, image: str, run_id: str, lease: Object | None, *, lifetime: int
) -> Object:
    """The Pod. It tolerates every taint, has no account, no capability but to read, a read-only root."""
    metadata: Object = {
        "generateName": "covcheck-tool-",
        "namespace": namespace,
        "labels": {MANAGED_LABEL: MANAGER, RUN_LABEL: run_id},
        "ownerReferences": _owner(lease, namespace),
    }
    spec: Object = {
        "nodeName": wanted.node,
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": 1,
        "activeDeadlineSeconds": lifetime,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "tolerations": [{"operator": "Exists"}],
        "securityContext": {"supplementalGroups": list(wanted.groups)} if wanted.groups else {},
        "containers": [_container(wanted, image, lifetime)],
        "volumes": [
            *(
                {"name": f"d{number}", **_volume(wanted, source)}
                for number, source in enumerate(wanted.mounts)
            ),
            *(
                []
                if wanted.claim
                else [{"name": "node", "hostPath": {"path": NODE_OWN, "type": "Directory"}}]
            ),
        ],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _container(wanted: Wanted, image: str, lifetime: int) -> Object:
    return {
        "name": "tool",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", WAIT.format(seconds=lifetime)],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "128Mi"}},
        "securityContext": _rights(wanted),
        "volumeMounts": [
            *(
                {"name": f"d{number}", "mountPath": path, "readOnly": True}
                for number, path in enumerate(wanted.mounts.values())
            ),
            *([] if wanted.claim else [{"name": "node", "mountPath": NODE_MOUNT, "readOnly": True}]),
        ],
    }


def _rights(wanted: Wanted) -> Object:
    """Root needs one capability to read what others keep to themselves (0700): on a claim the one that
    baseline Pod Security knows; the mount is read-only either way."""
    capabilities: Object = {"drop": ["ALL"]}
    if not wanted.uid:
        capabilities["add"] = ["DAC_OVERRIDE" if wanted.claim else "DAC_READ_SEARCH"]
    rights: Object = {
        "runAsUser": wanted.uid or 0,
        "runAsNonRoot": bool(wanted.uid),
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": capabilities,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if wanted.gid is not None:
        rights["runAsGroup"] = wanted.gid
    return rights


def _volume(wanted: Wanted, source: str) -> Object:
    if wanted.claim:
        return {"persistentVolumeClaim": {"claimName": source}}
    return {"hostPath": {"path": source, "type": "Directory"}}


def _owner(lease: Object | None, namespace: str) -> list[Object]:
    """The run's Lease as owner, only within its own namespace: elsewhere the pod would go at once."""
    if lease is None or lease["metadata"].get("namespace") != namespace:
        return []
    name, uid = lease["metadata"]["name"], lease["metadata"]["uid"]
    return [{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "name": name, "uid": uid}]
