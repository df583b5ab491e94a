"""The files are copied from a node that the pod does not run on.

What it looks at: the node in `docker cp NODE:...` against the nodes that the pod can run on, by
nodeName, nodeSelector, tolerations and the control-plane's taint (kind takes the taint away only when the
cluster has one node).

Why: A hostPath lies on the node that runs the pod. Every other node has a directory of its own of that
name, or none: the copy succeeds and brings nothing. Nodes that carry the directory to the same place on the
host by an extraMount share it, and either will do.

How to fix: Copy from the node that runs the pod, or from every node.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy
from bot.facts.joints import node_directory, node_of_copy
from bot.facts.lines import line_of
from bot.facts.node import KindNode
from bot.facts.nodes import mount_on, possible_nodes
from bot.facts.order import coverage_copies, sure
from bot.facts.patch import diff, replace
from bot.facts.path import CoveragePath
from bot.facts.places import mounted_path
from bot.facts.scheduling import reads_kind_node, reads_some_node, why_there
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A hostPath lies on the node that runs the pod; the same path on another node is another directory."


@rule(
    "collect-wrong-node",
    Link.COLLECT,
    symptom=Symptom.NOTHING,
    title="The copy reads a node that the pod is not on",
    source="kubernaut; kind v0.30",
)
def collect_wrong_node(path: CoveragePath) -> Iterator[Hit | Missing]:
    copies = [c for c in coverage_copies(path) if reads_kind_node(path, c)]
    if not copies or path.kind is None or node_directory(path) is None:
        return
    if any(reads_some_node(path, c) for c in coverage_copies(path)):
        return
    nodes = possible_nodes(path)
    if nodes is None:
        if len(path.kind.nodes) > 1:
            reason = "its affinity or selector has parts that are not evaluated"
            yield Missing("the node that runs the pod", reason, Link.COLLECT)
        return
    read = [n for n in (node_of_copy(path, c) for c in copies) if n is not None]
    unread = [n for n in nodes if not any(_shared(path, n, other) for other in read)]
    if nodes and unread and path.workload is not None and path.workload.kind != "DaemonSet":
        yield _hit(path, copies[0], read, nodes, tuple(unread))


def _hit(
    path: CoveragePath,
    copy: Copy,
    read: list[KindNode],
    nodes: tuple[KindNode, ...],
    unread: tuple[KindNode, ...],
) -> Hit:
    never = len(unread) == len(nodes)
    where = ", ".join(n.suffix for n in (nodes if never else unread))
    copied = ", ".join(dict.fromkeys(n.suffix for n in read)) or (copy.node or "?")
    pins = why_there(path)
    return Hit(
        f"The pod {'runs' if never else 'may also run'} on {where}, the files are copied from {copied}.",
        WHY,
        _fix(path, copy, read, unread),
        (copy.evidence, *pins, *(n.evidence for n in unread[:2])),
        sure(path, Link.NODE) if never else Certainty.LIKELY,
    )


def _shared(path: CoveragePath, left: KindNode, right: KindNode) -> bool:
    """Whether two nodes hold the pod's files in the same place."""
    directory = node_directory(path)
    if left == right or directory is None:
        return left == right
    ends = [mount_on(node, directory) for node in (left, right)]
    places = [mounted_path(path, mount) if mount else None for mount in ends]
    return places[0] is not None and places[0] == places[1]


def _fix(path: CoveragePath, copy: Copy, read: list[KindNode], unread: tuple[KindNode, ...]) -> Fix:
    nodes = possible_nodes(path) or ()
    if len(unread) != 1 or len(read) != 1 or len(nodes) != 1:
        return Fix("Copy from every node the pod can run on, or pin the pod to one with a nodeSelector.")
    old, new = f"-{read[0].suffix}", f"-{unread[0].suffix}"
    where = line_of(path, copy.evidence, old)
    patch = diff(path, replace(path, where, old, new)) if where is not None else None
    return Fix(f"Copy from the node {unread[0].suffix}.", patch)
