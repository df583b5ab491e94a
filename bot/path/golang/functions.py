"""Calling functions of the repo: parameters bound, results settled from the returns that were met."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from bot.facts.build import Guard
from bot.path.golang.machine import Flow, Frame, Machine, Returned, depending, is_nil
from bot.path.golang.syntax import Source, receiver_name
from bot.path.golang.values import (
    Fault,
    Function,
    List,
    Many,
    Opaque,
    Scalar,
    Text,
    Value,
    plain,
    unknown_text,
)

_ZEROS: dict[str, Value] = {}


def bind(machine: Machine, function: Function, args: list[Value]) -> None:
    """Give parameters, receiver and named results their values."""
    node, source = function.node, function.source
    frame = machine.frame
    if function.receiver is not None:
        name = receiver_name(source, node)
        if name:
            machine.declare(name, function.receiver)
    left = list(args)
    for name, kind, variadic in parameters(source, node):
        if variadic:
            machine.declare(name, _rest(left, kind))
            left = []
        else:
            machine.declare(name, left.pop(0) if left else _parameter(name, kind))
    frame.results = tuple(result_names(source, node))
    for name, kind in _results(source, node):
        if name:
            machine.declare(name, zero(kind, name))


def _rest(args: list[Value], kind: str) -> List:
    if len(args) == 1 and isinstance(args[0], List) and args[0].type == "...":
        return List(list(args[0].items), kind, args[0].base, args[0].complete, place=args[0].place)
    return List(list(args), kind)


def _parameter(name: str, kind: str) -> Value:
    return unknown_text(name) if kind == "string" else Opaque(name, kind)


def parameters(source: Source, node: Node) -> Iterator[tuple[str, str, bool]]:
    """Name, type text and variadic for each parameter, in order."""
    group = node.child_by_field_name("parameters")
    for child in group.named_children if group is not None else ():
        if child.type not in ("parameter_declaration", "variadic_parameter_declaration"):
            continue
        kind_node = child.child_by_field_name("type")
        kind = source.text(kind_node) if kind_node is not None else ""
        names = child.children_by_field_name("name")
        for name in names:
            yield source.text(name), kind, child.type.startswith("variadic")
        if not names:
            yield "_", kind, child.type.startswith("variadic")


def _results(source: Source, node: Node) -> list[tuple[str, str]]:
    result = node.child_by_field_name("result")
    if result is None:
        return []
    if result.type != "parameter_list":
        return [("", source.text(result))]
    found = []
    for child in result.named_children:
        kind_node = child.child_by_field_name("type")
        kind = source.text(kind_node) if kind_node is not None else ""
        names = child.children_by_field_name("name")
        found += [(source.text(name), kind) for name in names] or [("", kind)]
    return found


def result_names(source: Source, node: Node) -> list[str]:
    """The names of named results; [] when they have none."""
    names = [name for name, _ in _results(source, node)]
    return names if all(names) else []


def zero(kind: str, name: str = "") -> Value:
    """The zero value of a type, as far as it matters here."""
    match kind:
        case "string":
            return plain("")
        case "bool":
            return Scalar(False)
        case "error":
            return Fault()
        case "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint32" | "uint64" | "float64":
            return Scalar(0)
        case "strings.Builder" | "bytes.Buffer":
            from bot.path.golang.values import Buffer

            return Buffer([])
        case _ if kind.startswith("[]"):
            return List([], kind)
        case _ if kind.startswith("map["):
            from bot.path.golang.values import Map

            return Map({}, kind)
        case _:
            return Opaque(name or kind, kind)


def settle(machine: Machine, frame: Frame, flow: Flow) -> Value:
    """What a call gives: the return that was certainly reached, else what all likely ones agree on."""
    wanted = [back for back in frame.returns if not _is_failure(back)]
    if not frame.returns:
        return Scalar(None)
    if not wanted:
        return Opaque(f"{frame.name or 'func'}()", place=frame.called_at)
    told = [back for back in wanted if not _says_nothing(back.value)] or wanted
    chosen = told[-1] if wanted[-1].certain and len(told) == 1 else _agreed(told)
    if chosen is None:
        return _shape(told[-1].value, f"{frame.name or 'func'}()")
    switched = tuple(guard for guard in chosen.guards if guard.coverage and guard not in frame.guards)
    return _under(chosen.value, switched)


def _under(value: Value, guards: tuple[Guard, ...]) -> Value:
    if not guards:
        return value
    if isinstance(value, Many):
        return Many([depending(item, guards) for item in value.values], place=value.place)
    return depending(value, guards)


def _is_failure(back: Returned) -> bool:
    if any(guard.error_path for guard in back.guards):
        return True
    last = back.value.values[-1] if isinstance(back.value, Many) and back.value.values else back.value
    return isinstance(last, Fault) and last.failed is True


def _says_nothing(value: Value) -> bool:
    first = value.values[0] if isinstance(value, Many) and value.values else value
    return is_nil(first) or (isinstance(first, Text) and first.text == "")


def _agreed(candidates: list[Returned]) -> Returned | None:
    first = candidates[0]
    if all(same(first.value, other.value) for other in candidates[1:]):
        return candidates[-1]
    certain = [back for back in candidates if back.certain]
    rest = [back for back in candidates if not back.certain]
    if certain and not isinstance(certain[-1].value, (Text, Scalar, Many)) and len(rest) == 0:
        return certain[-1]
    return None


def same(left: Value, right: Value) -> bool:
    """Whether two values are surely the same."""
    match left, right:
        case Text(), Text():
            return left.text == right.text
        case Scalar(), Scalar():
            return left.value == right.value
        case Fault(), Fault():
            return left.failed == right.failed
        case Many(), Many():
            return len(left.values) == len(right.values) and all(map(same, left.values, right.values))
        case _:
            return left is right


def _shape(value: Value, name: str) -> Value:
    if isinstance(value, Many):
        first, *rest = value.values
        return Many([_hole(first, name), *(Fault() if isinstance(v, Fault) else v for v in rest)])
    return _hole(value, name)


def _hole(value: Value, name: str) -> Value:
    match value:
        case Text():
            return unknown_text(name, value.place)
        case Fault():
            return Fault(place=value.place)
        case Scalar():
            return Opaque(name, place=value.place)
        case _:
            return value
