"""Which Kind nodes a pod can run on: names, labels, taints and tolerations.

Facts: kind names nodes `<cluster>-<suffix>` and takes the control-plane taint away only when the cluster
has a single node (kind docs, "Multi-node clusters"; measured with kind v0.30); Kubernetes docs,
"Assigning Pods to Nodes" and "Taints and Tolerations".
"""

from __future__ import annotations

from bot.facts.build import Setting
from bot.facts.node import ExtraMount, KindNode
from bot.facts.path import CoveragePath
from bot.facts.words import clean_path, covers, known
from bot.facts.workload import Toleration, Workload

CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane"
_HOSTNAME = "kubernetes.io/hostname"
_SAME_EVERYWHERE = frozenset({"kubernetes.io/arch", "beta.kubernetes.io/arch"})
_KEEPS_OUT = ("NoSchedule", "NoExecute")


def possible_nodes(path: CoveragePath) -> tuple[KindNode, ...] | None:
    """The Kind nodes the workload's pod can be scheduled to; None when that cannot be told.

    Looks at nodeName, nodeSelector, taints and tolerations. Required node affinity, or a selector
    with unknown parts, makes the answer None: it is not evaluated here.
    """
    if path.kind is None or path.workload is None:
        return None
    workload, nodes = path.workload, path.kind.nodes
    if workload.node_name is not None:
        name = workload.node_name.value
        return None if name is None or not known(name) else tuple(n for n in nodes if _named(n, name))
    if workload.affinity or any(not known(s.value or "") for s in workload.node_selector):
        return None
    return tuple(n for n in nodes if _selected(n, workload) and _admitted(n, nodes, workload))


def mount_on(node: KindNode, directory: str) -> ExtraMount | None:
    """The extraMount of a node that covers a node directory."""
    above = [m for m in node.mounts if covers(m.container_path, directory)]
    return max(above, key=lambda mount: len(clean_path(mount.container_path)), default=None)


def node_labels(node: KindNode) -> dict[str, str]:
    """The labels that matter for scheduling: kind's own and those of the config."""
    labels = {"kubernetes.io/os": "linux", "beta.kubernetes.io/os": "linux"}
    if node.role == "control-plane":
        labels[CONTROL_PLANE_LABEL] = ""
    labels.update({s.name: s.value or "" for s in node.labels})
    return labels


def taints(node: KindNode, nodes: tuple[KindNode, ...]) -> tuple[tuple[str, str, str], ...]:
    """The taints of a node as (key, value, effect), once kind has made the cluster."""
    if node.taints is not None:
        given = tuple(_taint(setting) for setting in node.taints)
    else:
        given = ((CONTROL_PLANE_LABEL, "", "NoSchedule"),) if node.role == "control-plane" else ()
    if len(nodes) == 1:
        return tuple(taint for taint in given if taint[0] != CONTROL_PLANE_LABEL)
    return given


def tolerated(taint: tuple[str, str, str], tolerations: tuple[Toleration, ...]) -> bool:
    """Whether a toleration admits a pod to a node with a taint."""
    key, value, effect = taint
    return any(
        item.effect in ("", effect)
        and (item.key == key or (item.key == "" and item.operator == "Exists"))
        and (item.operator == "Exists" or item.value == value)
        for item in tolerations
    )


def _taint(setting: Setting) -> tuple[str, str, str]:
    value, _, effect = (setting.value or "").rpartition(":")
    return setting.name, value, effect


def _named(node: KindNode, name: str) -> bool:
    return name == node.suffix or name.endswith("-" + node.suffix)


def _selected(node: KindNode, workload: Workload) -> bool:
    labels = node_labels(node)
    for setting in workload.node_selector:
        value = setting.value or ""
        if setting.name in _SAME_EVERYWHERE and setting.name not in labels:
            continue
        fits = _named(node, value) if setting.name == _HOSTNAME else labels.get(setting.name) == value
        if not fits:
            return False
    return True


def _admitted(node: KindNode, nodes: tuple[KindNode, ...], workload: Workload) -> bool:
    keeping = [taint for taint in taints(node, nodes) if taint[2] in _KEEPS_OUT]
    return all(tolerated(taint, workload.tolerations) for taint in keeping)
