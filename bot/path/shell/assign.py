"""Assignments: `NAME=value`, arrays, `export`, `local`, `unset`."""

from __future__ import annotations

import re
from dataclasses import replace

from tree_sitter import Node

from bot.facts.words import REPO, hole
from bot.model import Evidence
from bot.path.shell.machine import Machine
from bot.path.shell.state import MAX_ITEMS, Outcome, Way
from bot.path.shell.tree import named
from bot.path.shell.words import Expander

_GETS_PODS = re.compile(r"\bget\s+(?:po|pods?)\b")
_FIRST_OF = re.compile(r"items\[0\]|\bhead\s+-(?:n\s*)?1\b")


def assign(machine: Machine, node: Node, way: Way) -> Outcome:
    """`NAME=value`, `NAME+=value`, `NAME=(a b)`."""
    name_node, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name_node is None or name_node.type != "variable_name":
        if name_node is not None and name_node.children:
            machine.scope.values[machine.tree.text(name_node.children[0])] = None
        return Outcome(True)
    name = machine.tree.text(name_node)
    machine.inner_way = replace(way, assigns=name, redirect=None, stdin=None)
    adds = any(child.type == "+=" for child in node.children)
    words = machine.expander()
    if value is not None and value.type == "array":
        _assign_array(machine, name, value, words, adds, way)
    else:
        _assign_text(machine, name, value, words, adds, way, machine.evidence(node))
    origins = [*machine.scope.origins.get(name, ()), *words.conditions]
    origins.extend(guard for used in words.used for guard in machine.scope.origins.get(used, ()))
    machine.scope.origins[name] = tuple(dict.fromkeys(origins))
    runs = value is not None and b"$(" in machine.tree.raw[value.start_byte : value.end_byte]
    return Outcome(None if runs else True)


def _assign_array(machine: Machine, name: str, value: Node, words: Expander, adds: bool, way: Way) -> None:
    scope = machine.scope
    items = tuple(w for child in named(value) for w in words.words(child))
    before = scope.arrays.get(name, ()) if adds else ()
    kept = tuple(g for g in way.guards if g.coverage)
    scope.origins[name] = (*(scope.origins.get(name, ()) if adds else ()), *kept)
    if adds and not before and not scope.is_unset(name) and name not in scope.arrays:
        before = (scope.get(name),)
    scope.values.pop(name, None)
    if len(before) + len(items) > MAX_ITEMS:
        scope.arrays.pop(name, None)
        scope.values[name] = None
    else:
        scope.arrays[name] = (*before, *items)


def _assign_text(
    machine: Machine, name: str, value: Node | None, words: Expander, adds: bool, way: Way, place: Evidence
) -> None:
    scope = machine.scope
    text = words.word(value) if value is not None else ""
    before = scope.origins.get(name, ()) if adds else ()
    if adds:
        text = scope.get(name) + text
    elif _is_output(machine, value, text):
        first = value is not None and _picks_a_pod(machine.tree.text(value))
        scope.set(name, hole(f"{name}, the first of the pods") if first else None, place, way.guards)
        return
    scope.set(name, text, place, (*before, *way.guards))


def _picks_a_pod(text: str) -> bool:
    """`$(kubectl get pods -o jsonpath='{.items[0]...}')`, `$(kubectl get po -o name | head -1)`."""
    return _GETS_PODS.search(text) is not None and _FIRST_OF.search(text) is not None


def _is_output(machine: Machine, value: Node | None, text: str) -> bool:
    """Whether a value is nothing but the unknown output of a command."""
    lone = re.fullmatch(r"\$\{[^{}]*\}", text) is not None
    raw = machine.tree.raw[value.start_byte : value.end_byte] if value is not None else b""
    return lone and text != REPO and (b"$(" in raw or b"`" in raw)


def declare(machine: Machine, node: Node, way: Way) -> Outcome:
    """`export A=b C`, `local x`, `readonly`, `declare -x`."""
    kind = node.children[0].type if node.children else "export"
    exports = kind == "export" or any(machine.tree.text(c).startswith("-x") for c in node.children)
    removes = any(machine.tree.text(c) == "-n" for c in node.children)
    outcome = Outcome(True)
    for child in node.children[1:]:
        name: str | None = None
        if kind == "local":
            _remember(machine, child)
        if child.type == "variable_assignment" and (target := child.child_by_field_name("name")):
            outcome = assign(machine, child, way)
            name = machine.tree.text(target)
        elif child.type == "variable_name":
            name = machine.tree.text(child)
            if kind == "local":
                machine.scope.set(name, "", None, ())
        if name and exports:
            machine.scope.exported.discard(name) if removes else machine.scope.exported.add(name)
            machine.scope.places.setdefault(name, machine.evidence(child))
    return outcome


def _remember(machine: Machine, node: Node) -> None:
    """Keep what a name meant outside of the function that makes it its own."""
    target = node.child_by_field_name("name") or node
    if machine.locals and target.type == "variable_name":
        name = machine.tree.text(target)
        machine.locals[-1].setdefault(name, machine.scope.values.get(name))


def unset(machine: Machine, node: Node, way: Way) -> Outcome:
    """`unset NAME`: from here on the variable is empty and not in the environment."""
    for child in node.children[1:]:
        name = machine.tree.text(child)
        if re.fullmatch(r"\w+", name):
            machine.scope.set(name, "", None, ())
            machine.scope.exported.discard(name)
    return Outcome(True)
