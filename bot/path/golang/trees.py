"""Go values to Trees with the API's JSON names, so that a typed struct reads like YAML."""

from __future__ import annotations

from bot.model import Evidence
from bot.path.golang.apinames import EMBEDDED, METADATA, json_name, object_kind
from bot.path.golang.values import (
    Buffer,
    List,
    Map,
    Member,
    Opaque,
    Place,
    Scalar,
    Struct,
    Text,
    Value,
    as_text,
    number_text,
)
from bot.path.manifest.tree import Tree

MAX_TREE_DEPTH = 40
MAX_TREE_NODES = 20_000


def tree_of(value: Value) -> Tree | None:
    """The Tree of a struct or map; None when the value is neither or has no place."""
    place = value.place
    if not isinstance(value, (Struct, Map)) or place is None:
        return None
    if isinstance(value, Struct) and value.type.endswith("unstructured.Unstructured"):
        inner = value.fields.get("Object")
        return tree_of(inner) if inner is not None else None
    return _Builder().build(value, place, 0)


class _Builder:
    def __init__(self) -> None:
        self._left = MAX_TREE_NODES

    def build(self, value: Value, where: Place, depth: int) -> Tree:
        self._left -= 1
        place = where
        evidence = place.evidence()
        if depth > MAX_TREE_DEPTH or self._left < 0:
            return Tree(evidence, unknown="is nested too deep to read", guards=value.guards)
        match value:
            case Struct():
                return self._struct(value, evidence, depth)
            case Map():
                fields = {
                    key: self.build(item, value.place_of(key) or item.place or where, depth + 1)
                    for key, item in value.entries.items()
                }
                return Tree(evidence, fields=fields, guards=value.guards)
            case List():
                return self._list(value, evidence, where, depth)
            case Scalar(value=None):
                return Tree(evidence, guards=value.guards)
            case Scalar():
                return Tree(evidence, scalar=number_text(value.value), guards=value.guards)
            case Text() | Buffer():
                return Tree(evidence, scalar=as_text(value).text, guards=value.guards)
            case Opaque() | Member():
                return Tree(evidence, unknown=f"{value.name} could not be read", guards=value.guards)
            case _:
                return Tree(evidence, unknown="could not be read", guards=value.guards)

    def _list(self, value: List, evidence: Evidence, where: Place, depth: int) -> Tree:
        items = tuple(self.build(item, item.place or where, depth + 1) for item in value.items)
        notes = () if value.complete else ("further items of a list",)
        return Tree(evidence, items=items, guards=value.guards, notes=notes)

    def _struct(self, value: Struct, evidence: Evidence, depth: int) -> Tree:
        fields: dict[str, Tree] = {}
        kind = object_kind(value.type)
        if kind is not None:
            fields["apiVersion"] = Tree(evidence, scalar=kind[0])
            fields["kind"] = Tree(evidence, scalar=kind[1])
        notes: tuple[str, ...] = ()
        for name, item in value.fields.items():
            notes += self._field(fields, value, name, item, kind is not None, depth)
        if value.open:
            notes += ("fields that a call set",)
        return Tree(evidence, fields=fields, guards=value.guards, notes=notes)

    def _field(
        self, fields: dict[str, Tree], value: Struct, name: str, item: Value, is_object: bool, depth: int
    ) -> tuple[str, ...]:
        where = value.keys.get(name) or item.place or value.place
        if where is None:
            return ()
        if name in EMBEDDED and isinstance(item, Struct):
            inner = self._struct(item, where.evidence(), depth + 1)
            fields.update(inner.fields or {})
            return inner.notes
        place = item.place if isinstance(item, (Struct, List, Map)) and item.place else where
        tree = self.build(item, place if place.source is where.source else where, depth + 1)
        if is_object and name in METADATA:
            meta = fields.get("metadata")
            below = {**((meta.fields if meta else None) or {}), json_name(name): tree}
            fields["metadata"] = Tree(meta.evidence if meta else tree.evidence, fields=below)
        elif name == "ObjectMeta" and "metadata" in fields and tree.fields is not None:
            above = fields["metadata"]
            fields["metadata"] = Tree(tree.evidence, fields={**tree.fields, **(above.fields or {})})
        else:
            fields[json_name(name)] = tree
        return ()
