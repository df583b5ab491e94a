"""Several pods write coverage, the files of one are taken.

What it looks at: a copy from the first of several pods (`items[0]`, `deploy/NAME`) or a pod with a fixed
name, against the number of replicas and the volume that holds the files.

Why: every process writes counters of its own. Pods that share a directory (one node's hostPath, a claim) are
collected together; an emptyDir or a container's own layer holds one pod's files only. k3k,
network-operator#3260.

How to fix: copy from every pod, or run one replica while coverage is on.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import coverage_volume, node_of_copy
from bot.facts.nodes import possible_nodes
from bot.facts.order import coverage_copies
from bot.facts.path import CoveragePath
from bot.facts.pods import own_pod
from bot.facts.scheduling import reads_kind_node, reads_some_node
from bot.facts.words import known
from bot.facts.workload import Workload
from bot.model import Certainty, Effect, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Each process writes counters of its own; those of the other pods stay behind."
FIX = Fix("Copy from every pod (`kubectl get pods -l ... -o name`), or run one replica for coverage.")


@rule(
    "collect-one-replica",
    Link.COLLECT,
    effect=Effect.DEGRADES,
    symptom=Symptom.BOTH,
    title="Only one of several pods is collected",
    source="k3k; network-operator#3260",
)
def collect_one_replica(path: CoveragePath) -> Iterator[Hit | Missing]:
    workload = path.workload
    if workload is None:
        return
    if workload.kind == "DaemonSet":
        yield from _daemon_set(path, workload)
        return
    count = _replicas(workload)
    copies = [c for c in coverage_copies(path) if c.where == "pod" and own_pod(path, c.pod) is not False]
    if count < 2 or len(copies) != 1 or workload.replicas is None or _shared(path):
        return
    copy = copies[0]
    fixed = copy.pod is not None and known(copy.pod) and own_pod(path, copy.pod) is True
    if copy.first_only or fixed:
        yield Hit(
            f"{workload.kind} {workload.name} has {count} replicas, the files of one pod are copied.",
            WHY,
            FIX,
            (copy.evidence, workload.replicas.evidence),
            Certainty.CERTAIN if fixed else Certainty.LIKELY,
        )


def _daemon_set(path: CoveragePath, workload: Workload) -> Iterator[Hit]:
    """A DaemonSet writes on every node: copies from one node leave the others."""
    nodes, copies = possible_nodes(path), coverage_copies(path)
    if nodes is None or not copies or any(reads_some_node(path, c) for c in copies):
        return
    if not all(reads_kind_node(path, c) for c in copies):
        return
    read = [node_of_copy(path, copy) for copy in copies]
    left = [node for node in nodes if node not in read]
    if left and len(left) < len(nodes):
        evidence: tuple[Evidence, ...] = (copies[0].evidence, workload.evidence, left[0].evidence)
        names = ", ".join(node.suffix for node in left)
        yield Hit(
            f"DaemonSet {workload.name} also runs on {names}, nothing is copied there.", WHY, FIX, evidence
        )


def _replicas(workload: Workload) -> int:
    value = (workload.replicas.value or "") if workload.replicas else ""
    return int(value) if value.isdecimal() and len(value) < 6 else 1


def _shared(path: CoveragePath) -> bool:
    """Whether the pods write to one directory: a claim, or the hostPath of the only possible node."""
    volume, nodes = coverage_volume(path), possible_nodes(path)
    if volume is None or volume.kind == "emptyDir":
        return False
    return volume.kind != "hostPath" or nodes is None or len(nodes) == 1
