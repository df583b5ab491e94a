"""Composite literals: structs, slices and maps, with the lines of every field."""

from __future__ import annotations

from tree_sitter import Node

from bot.path.golang.machine import Machine, first_of
from bot.path.golang.names import is_api, type_name
from bot.path.golang.syntax import Source
from bot.path.golang.values import List, Map, Scalar, Struct, Value, as_text, known_text, number_text

_LISTS = ("slice_type", "array_type", "implicit_length_array_type")
MAX_ELEMENTS = 3_000


def composite(m: Machine, node: Node) -> Value:
    """The value of `T{...}`."""
    kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    if kind is None or body is None:
        return m.opaque(node)
    value = _body(m, kind, body)
    value.place = m.place(node)
    return value


def _body(m: Machine, kind: Node, body: Node) -> Value:
    if kind.type in _LISTS:
        return _list(m, kind.child_by_field_name("element"), body, m.text(kind))
    if kind.type == "map_type":
        return _map(m, kind.child_by_field_name("value"), body, m.text(kind))
    if kind.type == "pointer_type" and kind.named_children:
        return _body(m, kind.named_children[0], body)
    name = type_name(m, kind)
    shape = _declared_shape(m, name)
    if shape is not None and shape[1].type in (*_LISTS, "map_type"):
        return _declared(m, name, shape[1], body)
    if _is_map_type(name):
        return _map(m, None, body, name)
    return _struct(m, name, body, shape)


def _is_map_type(name: str) -> bool:
    return name.endswith((".ResourceList", ".MatchingLabels", "labels.Set", ".Vars"))


def _declared_shape(m: Machine, name: str) -> tuple[Source, Node] | None:
    """The declared type of a type of the repo, as (source, type node)."""
    path, _, short = name.rpartition(".")
    if not path.startswith("./") or is_api(path):
        return None
    found = m.repo.lookup(
        path[2:], short, tests=path[2:] == m.directory, near=m.frame.source.path, words=m.words
    )
    node = found.node.child_by_field_name("type") if found is not None and found.kind == "type" else None
    return (found.source, node) if found is not None and node is not None else None


def _declared(m: Machine, name: str, shape: Node, body: Node) -> Value:
    if shape.type == "map_type":
        return _map(m, None, body, name)
    return _list(m, None, body, name)


def _elements(body: Node) -> list[Node]:
    return [child for child in body.named_children if child.type in ("keyed_element", "literal_element")][
        :MAX_ELEMENTS
    ]


def _list(m: Machine, element: Node | None, body: Node, kind: str) -> List:
    items = []
    for child in _elements(body):
        inner = child.child_by_field_name("value") if child.type == "keyed_element" else child
        if inner is not None:
            items.append(_element(m, element, inner))
    return List(items, kind, m.guards)


def _map(m: Machine, element: Node | None, body: Node, kind: str) -> Map:
    found = Map({}, kind, m.guards)
    for child in _elements(body):
        key_node, value_node = child.child_by_field_name("key"), child.child_by_field_name("value")
        if key_node is None or value_node is None:
            continue
        key = first_of(_element(m, None, key_node))
        name = known_text(key)
        if name is None and isinstance(key, Scalar):
            name = number_text(key.value)
        name = name if name is not None else as_text(key).text
        found.entries[name] = _element(m, element, value_node)
        found.keys[name] = m.place(child)
    return found


def _struct(m: Machine, name: str, body: Node, shape: tuple[Source, Node] | None) -> Struct:
    found = Struct(name, {}, m.guards)
    elements = _elements(body)
    names = _field_names(shape) if elements and elements[0].type == "literal_element" else []
    for position, child in enumerate(elements):
        if child.type == "keyed_element":
            key_node, value_node = child.child_by_field_name("key"), child.child_by_field_name("value")
        else:
            key_node, value_node = None, child
        if value_node is None:
            continue
        key = m.text(key_node) if key_node is not None else ""
        if not key:
            key = names[position] if position < len(names) else f"field{position}"
        found.fields[key] = _element(m, _field_type(shape, key), value_node)
        found.keys[key] = m.place(child)
    return found


def _field_names(shape: tuple[Source, Node] | None) -> list[str]:
    names: list[str] = []
    for source, field in _fields(shape):
        own = field.children_by_field_name("name")
        kind = field.child_by_field_name("type")
        names += [source.text(node) for node in own] or (
            [source.text(kind).lstrip("*").rpartition(".")[2]] if kind is not None else []
        )
    return names


def _fields(shape: tuple[Source, Node] | None) -> list[tuple[Source, Node]]:
    if shape is None or shape[1].type != "struct_type" or not shape[1].named_children:
        return []
    inner = shape[1].named_children[0].named_children
    return [(shape[0], child) for child in inner if child.type == "field_declaration"]


def _field_type(shape: tuple[Source, Node] | None, key: str) -> Node | None:
    return None


def _element(m: Machine, kind: Node | None, node: Node) -> Value:
    """An element; `{...}` without a type takes the type of the list or map around it."""
    inner = node.named_children[0] if node.type == "literal_element" and node.named_children else node
    if inner.type != "literal_value":
        return first_of(m.eval(inner))
    value = _body(m, kind, inner) if kind is not None else _bare(m, inner)
    value.place = m.place(inner)
    return value


def _bare(m: Machine, body: Node) -> Value:
    """`{...}` of a type that is not known."""
    elements = _elements(body)
    if elements and elements[0].type == "keyed_element":
        return _struct(m, "", body, None)
    return _list(m, None, body, "")


def field_of(struct: Struct, name: str) -> Value | None:
    """A field of a struct, also one promoted from an embedded struct."""
    if name in struct.fields:
        return struct.fields[name]
    for key, inner in struct.fields.items():
        embedded = isinstance(inner, Struct) and inner.type.rpartition(".")[2] == key
        if embedded and isinstance(inner, Struct) and name in inner.fields:
            return inner.fields[name]
    return None
