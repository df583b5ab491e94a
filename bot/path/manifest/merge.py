"""Changes to trees: strategic merge, JSON patch, and edits at a path. Values keep their own places."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.path.manifest.tree import Tree

MERGE_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "ports": ("containerPort", "port"),
    "imagePullSecrets": ("name",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "volumeClaimTemplates": ("name",),
}
"""Lists that a strategic merge joins by a key (`x-kubernetes-patch-merge-key` in the Kubernetes API);
every other list is replaced as a whole."""

_INDEX = re.compile(r"\d{1,6}")

Change = Callable[[Tree | None], Tree | None]


class PatchError(ValueError):
    """A patch that cannot be applied; the message is the reason in one clause."""


def strategic_merge(base: Tree | None, patch: Tree, key: str = "") -> Tree | None:
    """The base with a strategic merge patch on it; None when the patch deletes it."""
    directive = patch.text("$patch")
    if directive == "delete":
        return None
    if patch.fields is not None:
        if base is None or base.fields is None or directive == "replace":
            return _without_directives(patch)
        return _merge_fields(base, patch)
    if patch.items is not None and base is not None and base.items is not None and key in MERGE_KEYS:
        return _merge_items(base, patch, MERGE_KEYS[key])
    return patch


def _merge_fields(base: Tree, patch: Tree) -> Tree:
    fields = dict(base.fields or {})
    for name, value in (patch.fields or {}).items():
        if name.startswith("$"):
            continue
        merged = None if is_null(value) else strategic_merge(fields.get(name), value, name)
        if merged is None:
            fields.pop(name, None)
        else:
            fields[name] = merged
    return replace(base, fields=fields, notes=base.notes + patch.notes)


def _merge_items(base: Tree, patch: Tree, keys: tuple[str, ...]) -> Tree:
    """The patch's items come first, merged with those of the same key (kustomize's order), then the rest."""
    if any(item.text("$patch") == "replace" for item in patch.items or ()):
        kept = tuple(item for item in patch.items or () if "$patch" not in (item.fields or {}))
        return replace(patch, items=kept)
    items: list[Tree | None] = list(base.items or ())
    first: list[Tree | None] = []
    for item in patch.items or ():
        index = _same(items, item, keys)
        if index is not None:
            first.append(strategic_merge(items[index], item))
            items[index] = None
        elif item.text("$patch") != "delete":
            first.append(_without_directives(item))
    return replace(base, items=tuple(item for item in (*first, *items) if item is not None))


def _same(items: list[Tree | None], item: Tree, keys: tuple[str, ...]) -> int | None:
    for key in keys:
        wanted = item.text(key)
        if wanted is not None:
            return next((i for i, have in enumerate(items) if have and have.text(key) == wanted), None)
    return None


def _without_directives(tree: Tree) -> Tree:
    if tree.fields is None:
        return tree
    kept = {
        name: _without_directives(value)
        for name, value in tree.fields.items()
        if not name.startswith("$") and not is_null(value)
    }
    return replace(tree, fields=kept)


def is_null(tree: Tree) -> bool:
    """Whether a value is null (a merge patch deletes the field then)."""
    return tree.scalar is None and tree.fields is None and tree.items is None and tree.unknown is None


def json_patch(tree: Tree, operations: tuple[Tree, ...]) -> Tree:
    """The tree with RFC 6902 operations on it. Raises PatchError for the first that does not fit."""
    for operation in operations:
        op, path, value = operation.text("op"), operation.text("path"), operation.get("value")
        if path is None or op is None:
            raise PatchError("has an operation without op or path")
        if op in ("add", "replace") and value is not None:
            tree = put(tree, pointer(path), value, insert=op == "add")
        elif op == "remove":
            tree = put(tree, pointer(path), None)
        elif op in ("move", "copy"):
            tree = _move(tree, operation, pointer(path), op)
        elif op != "test":
            raise PatchError(f"has an operation {op!r} that cannot be applied")
    return tree


def _move(tree: Tree, operation: Tree, path: list[str], op: str) -> Tree:
    source = pointer(operation.text("from") or "")
    value = at_path(tree, source)
    if value is None:
        raise PatchError(f"takes from {operation.text('from')}, which is not there")
    if op == "move":
        tree = put(tree, source, None)
    return put(tree, path, value, insert=True)


def pointer(text: str) -> list[str]:
    """The keys of a JSON pointer (RFC 6901)."""
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def at_path(tree: Tree, keys: list[str]) -> Tree | None:
    """The value below keys and list indexes, or None."""
    here: Tree | None = tree
    for key in keys:
        if here is None:
            return None
        if here.items is not None:
            index = int(key) if _INDEX.fullmatch(key) else -1
            here = here.items[index] if 0 <= index < len(here.items) else None
        else:
            here = here.get(key)
    return here


def put(tree: Tree, keys: list[str], value: Tree | None, *, insert: bool = False) -> Tree:
    """The tree with a value put at keys (None removes it); `insert` pushes list items back.

    Raises PatchError when the place is not there.
    """
    if not keys:
        return tree if value is None else value
    if len(keys) > 100:
        raise PatchError("goes deeper than 100 levels")
    key, rest = keys[0], keys[1:]
    if tree.items is not None:
        return _put_item(tree, key, rest, value, insert)
    if tree.fields is None:
        raise PatchError(f"goes to {key!r}, which is not there")
    fields = dict(tree.fields)
    if rest:
        if key not in fields:
            raise PatchError(f"goes to {key!r}, which is not there")
        fields[key] = put(fields[key], rest, value, insert=insert)
    elif value is None:
        if fields.pop(key, None) is None:
            raise PatchError(f"removes {key!r}, which is not there")
    else:
        fields[key] = value
    return replace(tree, fields=fields)


def _put_item(tree: Tree, key: str, rest: list[str], value: Tree | None, insert: bool) -> Tree:
    items = list(tree.items or ())
    if key == "-" and not rest and value is not None:
        return replace(tree, items=(*items, value))
    index = int(key) if _INDEX.fullmatch(key) else -1
    if not 0 <= index < len(items) + (1 if insert and not rest else 0):
        raise PatchError(f"goes to item {key}, which is not there")
    if rest:
        items[index] = put(items[index], rest, value, insert=insert)
    elif value is None:
        del items[index]
    elif insert:
        items.insert(index, value)
    else:
        items[index] = value
    return replace(tree, items=tuple(items))
