"""kubeadm patches in a Kind config: the node labels and taints they set.

`node-labels` stands in kubeletExtraArgs as a map (kubeadm v1beta3) or as a list of name and value
(v1beta4). `taints: []` registers a control plane without its NoSchedule taint (kubeadm reference,
NodeRegistrationOptions). A patch counts only where the node's kubeadm reads that kind of document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.facts.build import Setting
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import embedded


@dataclass(frozen=True, slots=True)
class Patched:
    """Labels that patches add and the taints they leave (None: kubeadm's default)."""

    labels: tuple[Setting, ...] = ()
    taints: tuple[Setting, ...] | None = None


def patched(config: Tree, node: Tree, *, init: bool) -> Patched:
    """What the config's and the node's own patches do to a node; `init` for the first control plane."""
    wanted = "InitConfiguration" if init else "JoinConfiguration"
    labels: list[Setting] = []
    taints: tuple[Setting, ...] | None = None
    for patch in (
        *_merge_patches(config),
        *_merge_patches(node),
        *_json_patches(config),
        *_json_patches(node),
    ):
        if patch.text("kind") != wanted:
            continue
        registration = patch.get("nodeRegistration")
        if registration is None:
            continue
        labels += _labels(registration.get("kubeletExtraArgs"))
        taints = _taints(registration.get("taints"), taints)
    return Patched(tuple(labels), taints)


def _merge_patches(tree: Tree) -> Iterator[Tree]:
    for item in tree.each("kubeadmConfigPatches"):
        yield from embedded(item)


def _json_patches(tree: Tree) -> Iterator[Tree]:
    """RFC 6902 patches as if they were merge patches: what they add or replace, one Tree each."""
    for item in tree.each("kubeadmConfigPatchesJSON6902"):
        kind = item.get("kind")
        for operations in embedded(item.get("patch")):
            for operation in operations.items or ():
                value, path = operation.get("value"), operation.text("path") or ""
                if kind is not None and value is not None and operation.text("op") in ("add", "replace"):
                    yield _nested(kind, path.strip("/").split("/"), value)


def _nested(kind: Tree, keys: list[str], value: Tree) -> Tree:
    for key in reversed(keys[:8]):
        name = key.replace("~1", "/").replace("~0", "~")
        value = Tree(value.evidence, fields={name: value})
    return Tree(value.evidence, fields={**(value.fields or {}), "kind": kind})


def _labels(tree: Tree | None) -> Iterator[Setting]:
    """`node-labels: "a=b,c"` of kubeletExtraArgs in either form."""
    if tree is None:
        return
    given = [tree.get("node-labels")] if tree.fields else []
    given += [item.get("value") for item in tree.items or () if item.text("name") == "node-labels"]
    for value in given:
        if value is None or value.scalar is None:
            continue
        for pair in value.scalar.split(","):
            name, _, text = pair.strip().partition("=")
            if name:
                yield Setting(name, text, value.evidence, value.guards)


def _taints(tree: Tree | None, before: tuple[Setting, ...] | None) -> tuple[Setting, ...] | None:
    if tree is None or tree.items is None:
        return before
    return tuple(
        Setting(
            item.text("key") or "", f"{item.text('value') or ''}:{item.text('effect') or ''}", item.evidence
        )
        for item in tree.items
    )
