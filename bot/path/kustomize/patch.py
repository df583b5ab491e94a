"""Which resources a kustomize patch changes, and the change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.model import Evidence
from bot.path.kustomize.transform import Resource
from bot.path.manifest.merge import PatchError, json_patch, strategic_merge
from bot.path.manifest.tree import Tree


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch document: a list of RFC 6902 operations, or an object for a strategic merge.

    `target` is the kustomization's selector, None when the patch names its object itself.
    """

    tree: Tree
    target: Tree | None
    evidence: Evidence

    @property
    def name(self) -> str:
        return self.tree.text("metadata", "name") or self.evidence.place


def apply_patch(resources: list[Resource], patch: Patch) -> tuple[list[Resource], str | None]:
    """The resources with the patch on those it targets, and why it could not be applied (or None)."""
    if patch.tree.unknown is not None:
        return resources, patch.tree.unknown
    changed: list[Resource] = []
    reason = None
    for resource in resources:
        if not _targets(patch, resource):
            changed.append(resource)
            continue
        try:
            tree = _apply(resource.tree, patch.tree)
        except PatchError as problem:
            reason, tree = str(problem), resource.tree
        if tree is not None:
            changed.append(replace(resource, tree=tree))
    return changed, reason


def _apply(tree: Tree, patch: Tree) -> Tree | None:
    if patch.items is not None:
        return json_patch(tree, patch.items)
    if patch.fields is None:
        raise PatchError("is neither an object nor a list of operations")
    if patch.text("$patch") == "delete":
        return None
    kept = {key: value for key, value in patch.fields.items() if key not in ("kind", "apiVersion")}
    meta = kept.get("metadata")
    if meta is not None and meta.fields is not None:
        fields = {key: value for key, value in meta.fields.items() if key not in ("name", "namespace")}
        kept["metadata"] = replace(meta, fields=fields)
    return strategic_merge(tree, replace(patch, fields=kept))


def _targets(patch: Patch, resource: Resource) -> bool:
    if patch.target is not None and patch.target.fields:
        return all(
            _fits(patch.target.text(key), value)
            for key, value in (
                ("kind", {resource.tree.text("kind") or ""}),
                ("name", resource.names),
                ("namespace", {resource.tree.text("metadata", "namespace") or ""}),
                ("group", {resource.group}),
                ("version", {resource.version}),
            )
        ) and _labelled(patch.target, resource.tree)
    return (
        patch.tree.text("kind") == resource.tree.text("kind")
        and (patch.tree.text("metadata", "name") or "") in resource.names
    )


def _fits(pattern: str | None, values: set[str] | frozenset[str]) -> bool:
    """kustomize's selectors are anchored regexes; odd ones are compared as plain words."""
    if not pattern:
        return True
    if pattern in values or pattern in (".*", ".+"):
        return True
    if len(pattern) > 200 or not re.fullmatch(r"[\w./|()-]*(?:\.\*[\w./|()-]*){0,2}", pattern):
        return False
    try:
        return any(re.fullmatch(pattern, value[:300]) for value in values)
    except re.error:
        return False


def _labelled(target: Tree, tree: Tree) -> bool:
    """`labelSelector: a=b,c`; set-based selectors fit nothing."""
    selector = target.text("labelSelector")
    if not selector:
        return True
    labels = tree.get("metadata", "labels")
    for part in selector.split(","):
        key, equals, value = part.partition("=")
        found = labels.text(key.strip()) if labels is not None else None
        if found is None or (equals and found != value.lstrip("=").strip()):
            return False
    return True
