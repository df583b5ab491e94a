"""Kind cluster configs: nodes as kind names them, their mounts, labels and taints.

Facts from kind's source: node names count up per role in the order of the list (`control-plane`,
`control-plane2`, `worker`, ...; pkg/cluster/internal/providers/common/namer.go), a node without a
role is a control plane and no nodes mean one control plane (pkg/apis/config/v1alpha4/default.go).
The first control plane runs `kubeadm init`, every other node `kubeadm join`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.facts.build import Setting
from bot.facts.node import ExtraMount, KindConfig, KindNode
from bot.facts.words import hole
from bot.model import Evidence
from bot.path.manifest.kubeadm import patched
from bot.path.manifest.podparts import flag, scalar_setting, settings
from bot.path.manifest.tree import Tree
from bot.path.manifest.workloads import inherited
from bot.path.manifest.yamltree import documents
from bot.repo.base import File

_VARIABLE = re.compile(r"\$(\w+)")
_API = ("kind.x-k8s.io/", "kind.sigs.k8s.io/")


def read_kind(file: File) -> tuple[KindConfig, ...]:
    """The Kind configs of a YAML file; nothing when it holds none."""
    trees = documents(file.text, file.at, kinds="Cluster")
    return tuple(config for tree in trees for config in kind_configs(tree))


def kind_configs(tree: Tree) -> tuple[KindConfig, ...]:
    """The Kind config a document holds; its path is that of the document's evidence."""
    if tree.text("kind") != "Cluster" or not (tree.text("apiVersion") or "").startswith(_API):
        return ()
    tree = inherited(tree)
    name = tree.text("name")
    nodes = tuple(_nodes(tree))
    return (KindConfig(tree.evidence.path, nodes, tree.evidence, None if name is None else _word(name)),)


def default_kind(evidence: Evidence) -> KindConfig:
    """The cluster that kind makes without a config: one control plane and no mounts."""
    node = KindNode("control-plane", "control-plane", evidence)
    return KindConfig(evidence.path, (node,), evidence, implicit=True)


def _nodes(tree: Tree) -> Iterator[KindNode]:
    seen: Counter[str] = Counter()
    listed = list(tree.each("nodes")) or [Tree(tree.evidence)]
    for item in listed:
        role = item.text("role") or "control-plane"
        seen[role] += 1
        suffix = role if seen[role] == 1 else f"{role}{seen[role]}"
        patches = patched(tree, item, init=suffix == "control-plane")
        yield KindNode(
            role=role,
            suffix=suffix,
            evidence=item.evidence,
            mounts=tuple(_mount(mount) for mount in item.each("extraMounts") if mount.fields),
            labels=settings(item.get("labels")) + patches.labels,
            image=_image(item),
            taints=patches.taints,
        )


def _mount(tree: Tree) -> ExtraMount:
    return ExtraMount(
        host_path=_word(tree.text("hostPath") or hole("hostPath")),
        container_path=_word(tree.text("containerPath") or hole("containerPath")),
        evidence=tree.evidence,
        read_only=flag(tree, "readOnly"),
        selinux_relabel=flag(tree, "selinuxRelabel"),
        propagation=tree.text("propagation"),
        guards=tree.guards,
    )


def _image(tree: Tree) -> Setting | None:
    return scalar_setting(tree, "image")


def _word(text: str) -> str:
    """kind expands no variables: what looks like one is filled in before kind reads the file."""
    return _VARIABLE.sub(lambda match: hole(match[1]), text)
