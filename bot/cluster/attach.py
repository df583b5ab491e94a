"""An ephemeral container beside a service: it sees the service's processes, whatever its image holds.

It cannot be removed again, so it ends by itself; the API takes no resources, ports or probes for it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.cluster.client import Cluster, Object
from bot.errors import ClusterConflict, ClusterRefused, ClusterUnavailable, NotInCluster

PREFIX = "covcheck"
HOPELESS = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
        "ImageInspectError",
        "RegistryUnavailable",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
    }
)
"""Reasons of a waiting container that it does not get out of within a run."""
NO_IMAGE = frozenset({"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"})
TRIES = 4


class NotStarted(ClusterRefused):
    """The API took the ephemeral container and the node did not; `reason` is the node's word for it."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attached:
    """A running ephemeral container: its `name`, in the pod `pod`, beside the container `container`.

    `container` is None when it has a process namespace of its own.
    """

    name: str
    pod: str
    namespace: str
    container: str | None


def rights(uid: int | None, gid: int | None, capabilities: Sequence[str] | None = None) -> Object:
    """A security context for that user; root (0) explicitly, past a pod's runAsNonRoot.

    Another user gets what restricted Pod Security asks for. `capabilities` are all that root keeps; None
    leaves it those of the runtime.
    """
    if uid is None:
        return {}
    context: Object = {"runAsUser": uid, "runAsNonRoot": uid != 0}
    if gid is not None:
        context["runAsGroup"] = gid
    if uid:
        context["allowPrivilegeEscalation"] = False
        context["seccompProfile"] = {"type": "RuntimeDefault"}
        capabilities = ()
    if capabilities is not None:
        kept = {"add": list(capabilities)} if capabilities else {}
        context["capabilities"] = {"drop": ["ALL"], **kept}
    return context


def attach(
    cluster: Cluster,
    namespace: str,
    pod: Object,
    *,
    image: str,
    target: str | None,
    run_id: str,
    seconds: int,
    uid: int | None = None,
    gid: int | None = None,
    capabilities: Sequence[str] | None = None,
    mounts: Sequence[Mapping[str, object]] = (),
    argv: tuple[str, ...] | None = None,
    wait: float = 20,
) -> Attached:
    """Add an ephemeral container to a pod and wait until it runs.

    `target` is the container whose processes it shares (None: its own namespace); `seconds` its longest
    life with the default `argv`; `mounts` are volumeMounts (the API takes no subPath); `wait` is how many
    seconds it may take to start. Raises ClusterForbidden, ClusterRefused (Pod Security, a webhook),
    NotStarted with the reason (no image on the node, runAsNonRoot), NotInCluster when the pod is gone,
    ClusterUnavailable.
    """
    body: Object = {
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": list(argv or ("sh", "-c", f"trap 'exit 0' TERM; sleep {seconds} & wait")),
        "securityContext": rights(uid, gid, capabilities),
        "terminationMessagePolicy": "File",
    }
    if target is not None:
        body["targetContainerName"] = target
        body["command"] = list(argv or ("sleep", str(seconds)))
    if mounts:
        body["volumeMounts"] = [dict(mount) for mount in mounts]
    name = pod["metadata"]["name"]
    changed, added = _added(cluster, namespace, name, body, run_id)
    attached = Attached(added, name, namespace, target)
    _started(cluster, attached, changed, wait)
    return attached


def _added(cluster: Cluster, namespace: str, pod: str, body: Object, run_id: str) -> tuple[Object, str]:
    """The pod with the container in it, and the container's name: the first that is free."""
    for _ in range(TRIES):
        now = cluster.get("Pod", pod, namespace)
        taken = {each["name"] for each in now["spec"].get("ephemeralContainers") or ()}
        number = next(n for n in range(1, len(taken) + 2) if _name(run_id, n) not in taken)
        name = _name(run_id, number)
        patch = {
            "metadata": {
                "uid": now["metadata"]["uid"],
                "resourceVersion": now["metadata"]["resourceVersion"],
            },
            "spec": {"ephemeralContainers": [{**body, "name": name}]},
        }
        try:
            return cluster.patch("Pod", pod, patch, namespace, "ephemeralcontainers", form="strategic"), name
        except ClusterConflict:
            continue
    raise ClusterConflict(f"Pod {pod} changes too often to look into it.")


def _name(run_id: str, number: int) -> str:
    word = "".join(c if c.isascii() and c.isalnum() else "-" for c in run_id.lower())[:40].strip("-")
    return f"{PREFIX}-{word or 'run'}-{number}"


def _started(cluster: Cluster, attached: Attached, pod: Object, wait: float) -> None:
    deadline = time.monotonic() + wait
    if _runs(pod, attached):
        return
    since = pod["metadata"]["resourceVersion"]
    while (left := deadline - time.monotonic()) > 0:
        changes = cluster.watch(
            "Pod",
            attached.namespace,
            since=since,
            seconds=max(1, int(left)),
            fields=f"metadata.name={attached.pod}",
        )
        for change in changes:
            since = change.object["metadata"]["resourceVersion"]
            if change.type == "DELETED":
                raise NotInCluster(f"Pod {attached.pod} is gone.")
            if _runs(change.object, attached):
                return
    raise ClusterUnavailable(f"An ephemeral container in pod {attached.pod} did not start in {wait:.0f} s.")


def _runs(pod: Object, attached: Attached) -> bool:
    """Whether it runs. Raises NotStarted when it never will."""
    for status in pod.get("status", {}).get("ephemeralContainerStatuses") or ():
        if status["name"] != attached.name:
            continue
        state = status.get("state") or {}
        waiting, ended = state.get("waiting") or {}, state.get("terminated")
        if waiting.get("reason") in HOPELESS:
            raise _refusal(attached, waiting)
        if ended is not None:
            raise _refusal(attached, ended)
        return "running" in state
    return False


def _refusal(attached: Attached, state: Object) -> NotStarted:
    said = str(state.get("message") or f"exit code {state.get('exitCode')}").strip().splitlines()[0][:300]
    reason = str(state.get("reason"))
    return NotStarted(f"An ephemeral container in pod {attached.pod} cannot run: {reason}: {said}", reason)
