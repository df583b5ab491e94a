"""A case in the cluster: its directories, its namespace, its workload, and the way back."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.cluster.client import Cluster
from bot.errors import ClusterConflict, NotInCluster
from tests.kind.live import LiveCluster
from tests.matrix.case import Case
from tests.matrix.repos import manifest
from tests.matrix.seeds import leave

READY_SECONDS = 90


@contextmanager
def on_stage(case: Case, cluster: LiveCluster, binaries: Path, folder: Path) -> Iterator[Cluster]:
    """The case as it should be when covcheck is asked, with a client; its end is not waited for."""
    client = cluster.connect()
    try:
        _clear(case, cluster, client)
        _prepare(case, cluster, binaries, folder)
        _deploy(case, cluster)
        _wait(case, client)
        yield client
    finally:
        _delete_namespace(case, client)
        client.close()


def node_name(cluster: LiveCluster, role: str) -> str:
    return f"{cluster.name}-{role}"


def on_node(cluster: LiveCluster, role: str, script: str) -> str:
    """What a shell command on a node prints."""
    return _docker("exec", node_name(cluster, role), "sh", "-c", script)


def _prepare(case: Case, cluster: LiveCluster, binaries: Path, folder: Path) -> None:
    for role, script in case.nodes:
        on_node(cluster, role, case.fill(script))
    if case.seed is not None:
        left = folder / "left"
        leave(case.seed, binaries, left)
        _docker("cp", f"{left}/.", f"{node_name(cluster, 'worker')}:{case.directory}")


def _deploy(case: Case, cluster: LiveCluster) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": case.namespace}}
    made = [namespace, *({**each} for each in manifest(case, cluster.name))]
    for each in made[1:]:
        if each["kind"] != "PersistentVolume":
            each["metadata"] = {**each["metadata"], "namespace": case.namespace}
    listed = {"apiVersion": "v1", "kind": "List", "items": made}
    cluster.kubectl("create", "-f", "-", stdin=json.dumps(listed))


def _wait(case: Case, client: Cluster) -> None:
    end = time.monotonic() + READY_SECONDS
    while not _is_ready(case, pods(case, client)):
        assert time.monotonic() < end, f"{case.name} is not ready: {_states(pods(case, client))}"
        time.sleep(1)
    time.sleep(case.ready.settle)


def pods(case: Case, client: Cluster) -> list[dict[str, Any]]:
    """The case's own pods as they are now."""
    return list(client.list("Pod", case.namespace, labels="app=shop").items)


def _is_ready(case: Case, found: list[dict[str, Any]]) -> bool:
    if len(found) < case.shop.replicas:
        return False
    shops = [s for pod in found for s in _statuses(pod) if s["name"] == "shop"]
    if case.ready.waiting:
        return any(s["state"].get("waiting", {}).get("reason") == case.ready.waiting for s in shops)
    if case.ready.restarts:
        return any(s["restartCount"] >= case.ready.restarts and _settled(s) for s in shops)
    return all(_statuses(pod) and all(s["ready"] for s in _statuses(pod)) for pod in found)


def _settled(status: dict[str, Any]) -> bool:
    return "running" in status["state"] or "waiting" in status["state"]


def _statuses(pod: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pod.get("status", {}).get("containerStatuses", [])
    return found


def _states(found: list[dict[str, Any]]) -> str:
    return json.dumps([[s["state"] for s in _statuses(pod)] or pod["status"] for pod in found])[:1500]


def _clear(case: Case, cluster: LiveCluster, client: Cluster) -> None:
    """Take away what an earlier run of the case left: its namespace, its volume, its directories."""
    end = time.monotonic() + READY_SECONDS
    while _delete_namespace(case, client):
        assert time.monotonic() < end, f"{case.namespace} does not go away"
        time.sleep(1)
    if any(each.get("kind") == "PersistentVolume" for each in case.shop.also):
        cluster.kubectl("delete", "persistentvolume", case.namespace, "--ignore-not-found")
    for role in ("worker", "control-plane"):
        on_node(cluster, role, f"rm -rf {case.directory}")


def _delete_namespace(case: Case, client: Cluster) -> bool:
    """Whether there was one."""
    try:
        client.delete("Namespace", case.namespace)
    except NotInCluster:
        return False
    except ClusterConflict:
        return True
    return True


def _docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"docker {' '.join(words)}: {done.stderr[-1000:]}"
    return done.stdout
