"""The pod can run on a node that lacks the extraMount which carries the files to the host.

What it looks at: which nodes of the Kind config carry the pod's hostPath to the host, against the nodes
the pod can run on. It speaks where the files are taken from the host, and where the copy reads a node that
has the mount while the pod cannot run there.

Why: An extraMount is a mount of one node. On a node without it the hostPath is a plain directory inside
the node's container. A worker's mount is out of reach of a pod pinned to the control-plane, and the other
way round; kind leaves the control-plane's taint unless the cluster has a single node.

How to fix: Give every node the pod can run on the same extraMount, or pin the pod to the one that has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import coverage_volume, node_directory, node_of_copy
from bot.facts.node import ExtraMount, KindNode
from bot.facts.nodes import possible_nodes
from bot.facts.order import coverage_copies, sure, taken_from_host
from bot.facts.patch import give_extra_mount
from bot.facts.path import CoveragePath
from bot.facts.places import coverage_mounts
from bot.facts.scheduling import reads_kind_node, why_there
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "An extraMount belongs to one node; on any other the hostPath is a directory inside that node."


@rule(
    "extramount-wrong-node",
    Link.NODE,
    symptom=Symptom.NOTHING,
    title="The node the pod runs on lacks the extraMount",
    source="kubernaut; kind v0.30",
    explains=("gocoverdir-not-writable",),
)
def extramount_wrong_node(path: CoveragePath) -> Iterator[Hit | Missing]:
    mounted, nodes = coverage_mounts(path), possible_nodes(path)
    if not mounted or path.kind is None or not _needed(path, mounted, nodes):
        return
    if nodes is None:
        if len(mounted) < len(path.kind.nodes):
            reason = "its affinity or selector has parts that are not evaluated"
            yield Missing("the node that runs the pod", reason, Link.NODE)
        return
    carriers = [node for node, _ in mounted]
    lacking = tuple(node for node in nodes if node not in carriers)
    if lacking:
        yield _hit(path, mounted, nodes, lacking)


def _needed(
    path: CoveragePath,
    mounted: tuple[tuple[KindNode, ExtraMount], ...],
    nodes: tuple[KindNode, ...] | None,
) -> bool:
    """Whether the files come to the host by the mount: read there, or copied from its wrong node."""
    if taken_from_host(path):
        return True
    copies = coverage_copies(path)
    read = [node_of_copy(path, copy) for copy in copies if reads_kind_node(path, copy)]
    carriers = [node for node, _ in mounted]
    if not read or len(read) < len(copies) or nodes is None:
        return False
    return all(node in carriers and node not in nodes for node in read)


def _hit(
    path: CoveragePath,
    mounted: tuple[tuple[KindNode, ExtraMount], ...],
    nodes: tuple[KindNode, ...],
    lacking: tuple[KindNode, ...],
) -> Hit:
    never = len(lacking) == len(nodes)
    holder, mount = mounted[0]
    volume = coverage_volume(path)
    where = ", ".join(node.suffix for node in lacking)
    return Hit(
        f"The pod {'runs' if never else 'may run'} on {where}, but only {holder.suffix} carries "
        f"{node_directory(path)} to the host.",
        WHY,
        _fix(path, mount, lacking),
        (*why_there(path), mount.evidence, *([volume.evidence] if volume else []), lacking[0].evidence),
        sure(path, Link.NODE) if never else Certainty.LIKELY,
    )


def _fix(path: CoveragePath, mount: ExtraMount, lacking: tuple[KindNode, ...]) -> Fix:
    names = ", ".join(node.suffix for node in lacking)
    text = f"Give {names} the same extraMount ({mount.host_path} at {mount.container_path})."
    return Fix(text, give_extra_mount(path, lacking, mount.host_path, mount.container_path))
