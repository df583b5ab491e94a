"""Loops: over known words turn by turn, else once with what they change unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tree_sitter import Node

from bot.facts.build import Guard
from bot.path.shell.branch import Branches
from bot.path.shell.machine import Machine
from bot.path.shell.polls import ends_when_gone, note_wait, waits_until_gone
from bot.path.shell.state import Outcome, Way, certain, negate

MAX_UNROLL = 20
"""Loops over longer lists are read once, with the variable unknown."""


def run_for(machine: Machine, node: Node, way: Way) -> Outcome:
    variable = node.child_by_field_name("variable")
    name = machine.tree.text(variable) if variable is not None else "?"
    machine.inner_way = way
    words = machine.expander()
    values = [word for child in node.children_by_field_name("value") for word in words.words(child)]
    body = node.child_by_field_name("body")
    before = len(machine.commands)
    plain = values and len(values) <= MAX_UNROLL and all(certain(v) and "*" not in v for v in values)
    if plain:
        for value in values:
            _turn(machine, body, way, name, value)
    else:
        _once(machine, lambda: _turn(machine, body, way, name, None))
    if body is not None and ends_when_gone(machine.tree.text(body)):
        note_wait(machine, before)
    return Outcome()


def _turn(machine: Machine, body: Node | None, way: Way, name: str, value: str | None) -> None:
    """One turn of a loop."""
    if machine.scope.ended is not None or body is None:
        return
    machine.scope.set(name, value, None, ())
    machine.run(machine, body, way)
    machine.leave_loop()


def _once(machine: Machine, turn: Callable[[], None]) -> None:
    """A loop whose number of turns is unknown: what it changes is unknown afterwards."""
    branches = Branches(machine, machine.scope, Way())
    branches.branch(Way(), lambda _: turn())
    branches.finish()


def run_while(machine: Machine, node: Node, way: Way) -> Outcome:
    conditions = [child for child in node.children_by_field_name("condition") if child.is_named]
    before, until = len(machine.commands), bool(node.children) and node.children[0].type == "until"
    outcome = machine.sequence(conditions, replace(way, ignore_errors=True))
    if until:
        outcome = negate(outcome)
    inner = way.after(outcome.tests, outcome.result)
    if outcome.result is None:
        guard = Guard(
            f"while {machine.text_of(conditions)[:150]}",
            evidence=machine.evidence(conditions[0] if conditions else node),
        )
        inner = way.under(guard, outcome.tests, None)
    body = node.child_by_field_name("body")
    if body is None:
        return Outcome()
    if outcome.result is False:
        machine.aside(body, inner)
    else:
        _once(machine, lambda: _loop_body(machine, body, inner))
    asked = machine.text_of(conditions)
    if waits_until_gone(asked, until) or ends_when_gone(machine.tree.text(body)):
        note_wait(machine, before)
    return Outcome()


def _loop_body(machine: Machine, body: Node, way: Way) -> None:
    machine.run(machine, body, way)
    machine.leave_loop()
