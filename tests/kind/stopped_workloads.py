"""Workloads for tests of the stop and the way back, and what they must look like afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.cluster.client import Cluster, Object
from bot.cluster.record import MANAGED_LABEL, MANAGER, RUN_LABEL
from bot.errors import NotInCluster

HANDLES_TERM = "trap 'echo bye >&2; exit 0' TERM; echo hi; while :; do sleep 0.1; done"
IGNORES_TERM = "trap '' TERM; echo hi; while :; do sleep 0.1; done"


def pod_spec(script: str = HANDLES_TERM, grace: int = 2) -> Object:
    container = {"name": "main", "image": "busybox:1.36", "imagePullPolicy": "IfNotPresent"}
    return {
        "terminationGracePeriodSeconds": grace,
        "containers": [{**container, "command": ["sh", "-c", script]}],
    }


def workload(kind: str, name: str, script: str = HANDLES_TERM, grace: int = 2, replicas: int = 1) -> Object:
    """A Deployment, StatefulSet or bare Pod of one busybox."""
    spec = pod_spec(script, grace)
    labels = {"app": name}
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "labels": labels}, "spec": spec}
    outer: Object = {"replicas": replicas, "selector": {"matchLabels": labels}}
    if kind == "StatefulSet":
        outer["serviceName"] = name
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {**outer, "template": {"metadata": {"labels": labels}, "spec": spec}},
    }


def with_host_directory(body: Object, directory: str) -> Object:
    """The workload with GOCOVERDIR on a directory of its node, so that a run looks at nodes too."""
    spec = body["spec"] if body["kind"] == "Pod" else body["spec"]["template"]["spec"]
    container = spec["containers"][0]
    container["env"] = [{"name": "GOCOVERDIR", "value": "/coverage"}]
    container["volumeMounts"] = [{"name": "coverage", "mountPath": "/coverage"}]
    host = {"path": directory, "type": "DirectoryOrCreate"}
    spec["volumes"] = [{"name": "coverage", "hostPath": host}]
    return body


def until(holds: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until something holds; looks twice a second."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{holds.__qualname__} does not hold after {seconds} s"
        time.sleep(0.5)


def ready(cluster: Cluster, namespace: str, name: str, count: int = 1) -> bool:
    """Whether so many pods of the workload are ready and none is on its way out."""
    pods = cluster.list("Pod", namespace, labels=f"app={name}").items
    good = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"] and _is_ready(pod)]
    return len(good) == len(pods) == count


def made(cluster: Cluster, namespace: str, body: Object) -> str:
    """Create a workload and wait until it is ready; `kind/NAME` of it."""
    name = body["metadata"]["name"]
    cluster.create(body["kind"], body, namespace)
    until(lambda: ready(cluster, namespace, name, body["spec"].get("replicas", 1)))
    return f"{body['kind'].lower()}/{name}"


def as_before(cluster: Cluster, namespace: str, kind: str, name: str, replicas: int = 1) -> bool:
    """Whether the cluster is as it was: workload back, no lease of it, no tool pod of any run of it."""
    lease = f"covcheck-{kind.lower()}-{name}"
    try:
        cluster.get("Lease", lease, namespace)
        return False
    except NotInCluster:
        pass
    tools = cluster.list("Pod", namespace, labels=f"{MANAGED_LABEL}={MANAGER}").items
    if any(owner["name"] == lease for pod in tools for owner in pod["metadata"].get("ownerReferences", ())):
        return False
    if any(pod["metadata"]["labels"][RUN_LABEL] == f"run-{name}" for pod in tools):
        return False
    if kind != "Pod" and cluster.get(kind, name, namespace)["spec"]["replicas"] != replicas:
        return False
    return ready(cluster, namespace, name, replicas)


def _is_ready(pod: Object) -> bool:
    conditions = pod["status"].get("conditions") or ()
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
