"""Assignments: to variables, fields, elements; what each target of a call with several results gets."""

from __future__ import annotations

import re

from tree_sitter import Node

from bot.path.golang.machine import Machine, depending, first_of
from bot.path.golang.unset import left_out
from bot.path.golang.values import (
    Cmd,
    Fault,
    List,
    Many,
    Map,
    Opaque,
    Place,
    Scalar,
    Struct,
    Test,
    Text,
    Value,
    as_text,
    known_text,
)

_ERROR = re.compile(r"^(?:\w*[eE]rr(?:or)?\d*)$")
_OKAY = re.compile(r"^(ok|okay|found|exists?|set|present|has\w*|is\w*)$")


def results_for(m: Machine, targets: list[Node], right: Node) -> list[Value]:
    """One value for each target."""
    value = m.eval(right)
    if len(targets) == 1:
        return [_single(m, targets[0], first_of(value))]
    if isinstance(value, Many) and len(value.values) >= len(targets):
        return [_single(m, target, part) for target, part in zip(targets, value.values, strict=False)]
    first = value.values[0] if isinstance(value, Many) else value
    return [_guess(m, target, first, position) for position, target in enumerate(targets)]


def _single(m: Machine, target: Node, value: Value) -> Value:
    """An unknown value in a variable named `err` is an error that is taken to be nil."""
    nothing = isinstance(value, Opaque) or (isinstance(value, Scalar) and value.value is None)
    if nothing and _ERROR.match(m.text(target).rpartition(".")[2]):
        return Fault(place=value.place, about=getattr(value, "name", ""))
    return value


def _guess(m: Machine, target: Node, value: Value, position: int) -> Value:
    name = m.text(target)
    if _ERROR.match(name):
        return Fault(place=value.place)
    if position and _OKAY.match(name):
        return Test("open", name)
    if position:
        return Opaque(name, place=value.place)
    return value


def assign_to(m: Machine, target: Node, value: Value) -> None:
    """Assign to a variable, a field or an element."""
    value = _single(m, target, value)
    match target.type:
        case "identifier":
            m.assign(m.text(target), value)
        case "selector_expression":
            _field(m, target, value)
        case "index_expression":
            _element(m, target, value)
        case "unary_expression" | "parenthesized_expression" if target.named_children:
            assign_to(m, target.named_children[-1], value)
        case _:
            pass


def _field(m: Machine, target: Node, value: Value) -> None:
    operand, field_node = target.child_by_field_name("operand"), target.child_by_field_name("field")
    if operand is None or field_node is None:
        return
    name = m.text(field_node)
    base = m.frame.source.imports.get(m.text(operand)) if operand.type == "identifier" else None
    if base is not None and m.frame.scope.find(m.text(operand)) is None:
        directory = m.repo.directory_of(base, m.frame.directory)
        if directory is not None:
            m.journal.set(m.global_scope(directory), name, value)
        return
    whole = owner(m, operand)
    if isinstance(whole, Struct):
        set_field(m, whole, name, value, m.place(target.parent or target))
    elif isinstance(whole, Cmd):
        _set_cmd(whole, name, value)


def owner(m: Machine, node: Node) -> Value:
    """The struct that a chain of selectors means; missing structs on the way are made."""
    if node.type == "selector_expression":
        operand, field_node = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if operand is not None and field_node is not None and operand.type != "call_expression":
            whole, name = owner(m, operand), m.text(field_node)
            if isinstance(whole, Struct):
                inner = whole.fields.get(name)
                if not isinstance(inner, (Struct, List, Map, Cmd, Text, Scalar)):
                    unread = inner is not None or not left_out(whole, name)
                    base = m.guards if unread else whole.base
                    inner = Struct(name, {}, base, open=unread, place=m.place(node))
                    whole.fields[name] = inner
                return inner
    return first_of(m.eval(node))


def set_field(m: Machine, whole: Struct, name: str, value: Value, place: Place) -> None:
    """Set a field, under the conditions that hold now."""
    whole.fields[name] = depending(value, m.fresh(whole.base))
    whole.keys[name] = place


def _set_cmd(cmd: Cmd, name: str, value: Value) -> None:
    match name:
        case "Dir":
            cmd.directory = value
        case "Env":
            cmd.env = value
        case "Stdin":
            cmd.stdin = _held_text(value)
        case "Args" if isinstance(value, List):
            cmd.argv = value
        case _:
            pass


def _held_text(value: Value) -> Value:
    """The text that a reader of the repo's own holds: its struct has one string (`&reader{data: s}`)."""
    texts = (
        [held for held in value.fields.values() if isinstance(held, Text)]
        if isinstance(value, Struct)
        else []
    )
    return texts[0] if len(texts) == 1 else value


def _element(m: Machine, target: Node, value: Value) -> None:
    operand, index = target.child_by_field_name("operand"), target.child_by_field_name("index")
    if operand is None or index is None:
        return
    whole, at = owner(m, operand), first_of(m.eval(index))
    if isinstance(whole, Map):
        key = known_text(at) or as_text(at).text
        whole.entries[key] = depending(value, m.fresh(whole.base))
        whole.keys[key] = m.place(target.parent or target)
    elif isinstance(whole, List) and isinstance(at, Scalar) and isinstance(at.value, int):
        whole.items[at.value : at.value + 1] = [value] if 0 <= at.value < len(whole.items) else []
