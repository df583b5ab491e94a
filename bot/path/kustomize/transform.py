"""What a kustomization does to all its resources: names, namespace, images, replica counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.facts.build import Setting
from bot.path.manifest.merge import PatchError, put
from bot.path.manifest.tree import Tree

_UNPREFIXED = {"Namespace", "CustomResourceDefinition", "APIService"}
_SCALED = {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DeploymentConfig"}


@dataclass(frozen=True, slots=True)
class Resource:
    """An object with every name it has had: patches may use its name before prefixes were added."""

    tree: Tree
    names: frozenset[str]

    @classmethod
    def of(cls, tree: Tree) -> Resource:
        return cls(tree, frozenset({tree.text("metadata", "name") or ""}))

    @property
    def group(self) -> str:
        return (self.tree.text("apiVersion") or "").rpartition("/")[0]

    @property
    def version(self) -> str:
        return (self.tree.text("apiVersion") or "").rpartition("/")[2]


def transform(resources: list[Resource], config: Tree) -> list[Resource]:
    """The resources with the kustomization's own fields applied, in kustomize's order."""
    claims = {name for r in resources if r.tree.text("kind") == "PersistentVolumeClaim" for name in r.names}
    changed = []
    for resource in resources:
        tree = _namespaced(resource.tree, config.get("namespace"))
        tree = _renamed(tree, config)
        tree = _claims_renamed(tree, claims, config)
        for image in config.each("images"):
            tree = _image(tree, image)
        for count in config.each("replicas"):
            tree = _replicas(tree, count, resource.names)
        name = tree.text("metadata", "name") or ""
        changed.append(Resource(tree, resource.names | {name}))
    return changed


def _put(tree: Tree, keys: list[str], value: Tree) -> Tree:
    try:
        return put(tree, keys, value)
    except PatchError:
        return tree


def _namespaced(tree: Tree, namespace: Tree | None) -> Tree:
    if namespace is None or not namespace.scalar:
        return tree
    return _put(tree, ["metadata", "namespace"], namespace)


def _affixed(name: str, config: Tree) -> str:
    return f"{config.text('namePrefix') or ''}{name}{config.text('nameSuffix') or ''}"


def _renamed(tree: Tree, config: Tree) -> Tree:
    name = tree.get("metadata", "name")
    if name is None or name.scalar is None or tree.text("kind") in _UNPREFIXED:
        return tree
    return _put(tree, ["metadata", "name"], replace(name, scalar=_affixed(name.scalar, config)))


def _claims_renamed(tree: Tree, claims: set[str], config: Tree) -> Tree:
    """References to claims of the same build follow their new names."""
    if not claims or not (config.text("namePrefix") or config.text("nameSuffix")):
        return tree

    def rename(part: Tree) -> Tree:
        claim = part.get("claimName")
        if claim is None or claim.scalar not in claims:
            return part
        return _put(part, ["claimName"], replace(claim, scalar=_affixed(claim.scalar or "", config)))

    return _each_map(tree, rename)


def _image(tree: Tree, entry: Tree) -> Tree:
    wanted = entry.text("name")
    if not wanted:
        return tree

    def change(part: Tree) -> Tree:
        image = part.get("image")
        if image is None or image.scalar is None or split_image(image.scalar)[0] != wanted:
            return part
        new = replace(image, scalar=_new_image(image.scalar, entry), evidence=entry.evidence)
        return _put(part, ["image"], new)

    return _each_map(tree, change)


def with_image(config: Tree, setting: Setting) -> Tree:
    """The kustomization with an `images` entry for one name, in place of those it has for it."""
    name, tag, digest = split_image(setting.value or "")
    words = {"name": setting.name, "newName": name, "newTag": tag, "digest": digest}
    fields = {key: Tree(setting.evidence, scalar=word) for key, word in words.items() if word}
    kept = tuple(entry for entry in config.each("images") if entry.text("name") != setting.name)
    images = Tree(setting.evidence, items=(*kept, Tree(setting.evidence, fields=fields)))
    return replace(config, fields={**(config.fields or {}), "images": images})


def _new_image(image: str, entry: Tree) -> str:
    name, tag, digest = split_image(image)
    name = entry.text("newName") or name
    if entry.text("newTag"):
        tag, digest = entry.text("newTag") or "", ""
    if entry.text("digest"):
        tag, digest = "", entry.text("digest") or ""
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def split_image(image: str) -> tuple[str, str, str]:
    """Name, tag and digest of an image reference; a registry's port is no tag."""
    rest, _, digest = image.partition("@")
    head, slash, tail = rest.rpartition("/")
    name, _, tag = tail.partition(":")
    return head + slash + name, tag, digest


def _replicas(tree: Tree, entry: Tree, names: frozenset[str]) -> Tree:
    count = entry.get("count")
    if count is None or entry.text("name") not in names or tree.text("kind") not in _SCALED:
        return tree
    return _put(tree, ["spec", "replicas"], replace(count, evidence=entry.evidence))


def _each_map(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with a change made to every map in it; parts that stay the same are kept as they are."""
    if tree.items is not None:
        items = tuple(_each_map(item, change) for item in tree.items)
        same = all(new is old for new, old in zip(items, tree.items, strict=True))
        return tree if same else replace(tree, items=items)
    if tree.fields is None:
        return tree
    fields = {key: _each_map(value, change) for key, value in tree.fields.items()}
    same = all(fields[key] is value for key, value in tree.fields.items())
    return change(tree if same else replace(tree, fields=fields))
