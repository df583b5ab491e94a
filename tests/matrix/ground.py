"""What kubectl and the node say of a case, without covcheck: the symptom that it really shows."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.cluster.client import Cluster
from bot.model import Symptom
from tests.kind.live import LiveCluster
from tests.matrix.case import Case
from tests.matrix.stage import on_node, pods

ENDED = '{.status.containerStatuses[?(@.name=="shop")].state.terminated'
ENDS = f'jsonpath={{.metadata.name}} {ENDED}.exitCode}} {ENDED}.reason}}{{"\\n"}}'


@dataclass(frozen=True, slots=True)
class Ground:
    """`symptom` None: the files cannot be read after the stop (emptyDir, the container's own layer). `ends`
    are the exits of the shop's containers, `first` its first log lines about coverage."""

    symptom: Symptom | None
    ends: tuple[str, ...]
    first: tuple[str, ...]


def look(case: Case, cluster: LiveCluster, client: Cluster) -> Ground:
    """Stop the case by scaling it to 0 (a bare pod is deleted) and read its directory on the nodes."""
    log = _log(case, cluster)
    with _watched(case, cluster) as ends:
        _stop(case, cluster)
        _follow(case, client)
    kind = next(iter(case.shop.volume or {}), "")
    symptom = _symptom(set(_files(case, cluster))) if kind in ("hostPath", "persistentVolumeClaim") else None
    return Ground(symptom, tuple(sorted(ends.values())), tuple(log))


def _stop(case: Case, cluster: LiveCluster) -> None:
    if case.shop.kind == "Pod":
        cluster.kubectl("delete", "pod", "shop", "-n", case.namespace, "--wait=false")
    else:
        words = ("scale", case.shop.kind.lower(), "shop", "--replicas=0")
        cluster.kubectl("-n", case.namespace, *words)


def _follow(case: Case, client: Cluster) -> None:
    end = time.monotonic() + 90
    while pods(case, client) and time.monotonic() < end:
        time.sleep(0.5)


@contextmanager
def _watched(case: Case, cluster: LiveCluster) -> Iterator[dict[str, str]]:
    """How each pod's shop ended, by a watch that runs meanwhile."""
    seen: dict[str, str] = {}
    words = ("get", "pods", "-n", case.namespace, "-l", "app=shop", "-w", "-o", ENDS)
    command = ["kubectl", "--kubeconfig", str(cluster.kubeconfig), *words]
    watch = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=dict(cluster.environment)
    )
    try:
        yield seen
    finally:
        watch.terminate()
        for line in watch.communicate(timeout=20)[0].splitlines():
            name, *ended = line.split()
            seen[name] = " ".join(ended) or seen.get(name, "")


def _log(case: Case, cluster: LiveCluster) -> list[str]:
    if case.ready.waiting:
        return []
    words = ("logs", "-n", case.namespace, "-l", "app=shop", "-c", "shop", "--tail=20")
    lines = cluster.kubectl(*words).splitlines()
    return [line for line in lines if "cover" in line.lower()]


def _files(case: Case, cluster: LiveCluster) -> Iterator[str]:
    for role in ("worker", "control-plane"):
        text = on_node(cluster, role, f"find {case.directory} -type f -printf '%f\\n' 2>/dev/null || true")
        yield from (f"{role}/{name}" for name in text.split())


def _symptom(files: set[str]) -> Symptom:
    names = [file.split("/")[1] for file in files]
    meta = any(name.startswith("covmeta.") for name in names)
    counters = any(name.startswith("covcounters.") for name in names)
    if meta and counters:
        return Symptom.BOTH
    if meta:
        return Symptom.META_ONLY
    return Symptom.COUNTERS_ONLY if counters else Symptom.NOTHING
