"""Walks shell statements in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tree_sitter import Node

from bot.path.shell.assign import assign, declare, unset
from bot.path.shell.calls import run_command, run_test
from bot.path.shell.ifs import join, run_case, run_if
from bot.path.shell.loops import run_for, run_while
from bot.path.shell.machine import MAX_DEPTH, MAX_STEPS, Machine
from bot.path.shell.pipes import run_pipeline, run_redirected
from bot.path.shell.state import Outcome, Way, negate
from bot.path.shell.tree import named

_NO_STATEMENT = frozenset(
    {"comment", "word", "number", "string", "raw_string", "heredoc_body", "heredoc_end", "variable_name"}
)


def run(machine: Machine, node: Node, way: Way) -> Outcome:
    """Read one statement. Unknown kinds are read for the statements inside them."""
    machine.steps += 1
    if machine.steps > MAX_STEPS:
        if machine.steps == MAX_STEPS + 1:
            machine.give_up("the rest of a shell text", f"it takes more than {MAX_STEPS} steps", node)
        return Outcome()
    if machine.depth >= MAX_DEPTH:
        machine.give_up("a shell statement", "it is nested too deeply", node)
        return Outcome()
    machine.depth += 1
    try:
        return _STATEMENTS.get(node.type, _unknown)(machine, node, way)
    finally:
        machine.depth -= 1


def _block(machine: Machine, node: Node, way: Way) -> Outcome:
    return machine.sequence(named(node), way)


def _unknown(machine: Machine, node: Node, way: Way) -> Outcome:
    if node.type == "ERROR":
        machine.give_up("part of a shell text", "its syntax could not be read", node)
    return machine.sequence((c for c in named(node) if c.type not in _NO_STATEMENT), way)


def _skip(machine: Machine, node: Node, way: Way) -> Outcome:
    return Outcome()


def _assignments(machine: Machine, node: Node, way: Way) -> Outcome:
    return [assign(machine, child, way) for child in named(node, "variable_assignment")][-1]


def _negated(machine: Machine, node: Node, way: Way) -> Outcome:
    inner = machine.sequence(named(node), way)
    return negate(inner)


def _subshell(machine: Machine, node: Node, way: Way) -> Outcome:
    saved = machine.scope
    machine.scope = saved.copy()
    outcome = _block(machine, node, way)
    if machine.scope.doubtful:
        saved.doubtful = True
    machine.scope = saved
    return outcome


def _function(machine: Machine, node: Node, way: Way) -> Outcome:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is not None and body is not None and way.taken is not False:
        machine.define(machine.tree.text(name), body)
    return Outcome(True)


def _list(machine: Machine, node: Node, way: Way) -> Outcome:
    """`a && b || c`: left to right, as the shell reads it."""
    chain: list[tuple[str, Node]] = []
    here = node
    while here.type == "list" and len(here.children) >= 3:
        parts = [child for child in here.children if child.type != "comment"]
        chain.append((parts[-2].type, parts[-1]))
        here = parts[0]
    chain.reverse()
    outcome = machine.run(machine, here, _lenient(machine, way, chain[:1]))
    for index, (operator, right) in enumerate(chain):
        if machine.scope.ended is not None:
            break
        text = machine.tree.between(node.start_byte, min(right.start_byte, node.start_byte + 400))
        right_way = _lenient(machine, way, chain[index + 1 : index + 2])
        outcome = join(machine, outcome, operator, right, right_way, text.rstrip("&| \n\\\t"))
    return outcome


def _lenient(machine: Machine, way: Way, following: list[tuple[str, Node]]) -> Way:
    """`command || true`: a failure of the command is ignored."""
    if not following or following[0][0] != "||":
        return way
    text = machine.tree.text(following[0][1]).strip()
    ignored = text in ("true", ":") or text.startswith(("echo ", "printf "))
    return replace(way, ignore_errors=True) if ignored else way


_STATEMENTS: dict[str, Callable[[Machine, Node, Way], Outcome]] = {
    "program": _block,
    "command": run_command,
    "test_command": run_test,
    "variable_assignment": assign,
    "variable_assignments": _assignments,
    "declaration_command": declare,
    "unset_command": unset,
    "function_definition": _function,
    "list": _list,
    "if_statement": run_if,
    "case_statement": run_case,
    "for_statement": run_for,
    "c_style_for_statement": run_while,
    "while_statement": run_while,
    "pipeline": run_pipeline,
    "negated_command": _negated,
    "subshell": _subshell,
    "compound_statement": _block,
    "do_group": _block,
    "redirected_statement": run_redirected,
    "comment": _skip,
    "heredoc_body": _skip,
}
