"""`if`, `case` and what stands behind `&&` and `||`: which branch runs, as far as it can be told."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeVar

from tree_sitter import Node

from bot.facts.build import Guard, ShellTest
from bot.path.shell.branch import Branches, bindable, fork
from bot.path.shell.machine import Machine
from bot.path.shell.state import Outcome, Way, certain, speaks_of_coverage
from bot.path.shell.tree import named

MAX_LOOK = 20
"""How many further branches are looked at to see which one speaks of coverage."""


MAX_BRANCHES = 300

MAX_SETTLED = 20
T = TypeVar("T")


def _bounded(machine: Machine, branches: list[T], node: Node) -> list[T]:
    """The branches of one statement, as many as are read."""
    if len(branches) > MAX_BRANCHES:
        machine.give_up("the rest of a shell branch", f"it has more than {MAX_BRANCHES} branches", node)
    return branches[:MAX_BRANCHES]


def join(machine: Machine, left: Outcome, operator: str, right: Node, way: Way, text: str) -> Outcome:
    """The right side of `&&` or `||` after its left side."""
    wanted = operator == "&&"
    if left.result is not None:
        reached = left.result is wanted
        if reached:
            inner = machine.run(machine, right, way.after(left.tests))
            return replace(inner, tests=(*left.tests, *inner.tests), is_test=inner.is_test)
        machine.aside(right, way.after(left.tests, False))
        return left
    if not left.is_test:
        return _after_command(machine, wanted, right, way, text)
    return _after_test(machine, left, wanted, right, way, text)


def _after_command(machine: Machine, wanted: bool, right: Node, way: Way, text: str) -> Outcome:
    if wanted:
        return machine.run(machine, right, way)
    guard = Guard(f"{' '.join(text.split())[:150]} fails", error_path=True, evidence=machine.evidence(right))
    branches = Branches(machine, machine.scope, way)
    branches.branch(way.under(guard, (), None), lambda inner: _run_to(machine, right, inner))
    if branches.live and branches.live[-1].ended in ("ok", "return"):
        branches.live[-1].ended = "error"
    branches.finish()
    return Outcome()


def _after_test(machine: Machine, left: Outcome, wanted: bool, right: Node, way: Way, text: str) -> Outcome:
    body, place = machine.tree.text(right), machine.evidence(right)
    found = fork(left, text, place, body if wanted else "", "" if wanted else body)
    guard, taken = (found.yes, found.yes_taken) if wanted else (found.no, found.no_taken)
    results: list[Outcome] = []
    branches = Branches(machine, machine.scope, way, may_fall=taken is not True)
    entered = way.under(guard, left.tests, taken)
    branches.branch(
        entered,
        lambda inner: results.append(machine.run(machine, right, inner)),
        bindable(left) if wanted else None,
    )
    branches.finish()
    inner = results[0] if results else Outcome()
    return Outcome(None, (*left.tests, *inner.tests), is_test=True)


def _run_to(machine: Machine, node: Node, way: Way) -> None:
    machine.run(machine, node, way)


def run_if(machine: Machine, node: Node, way: Way) -> Outcome:
    clauses, otherwise = _clauses(node)
    rest, branches = way, Branches(machine, machine.scope, way)
    for index, (conditions, body) in enumerate(_bounded(machine, clauses, node)):
        outcome = machine.sequence(conditions, replace(rest, ignore_errors=True))
        branches.start = machine.scope
        else_text = machine.text_of(
            [n for _, nodes in clauses[index + 1 : index + 1 + MAX_LOOK] for n in nodes] + otherwise
        )
        rest = _clause(machine, branches, rest, outcome, conditions, body, else_text)
        if rest.taken is False:
            branches.may_fall = branches.may_fall and way.taken is False
    if otherwise:
        branches.branch(rest, lambda inner: _sequence_to(machine, otherwise, inner))
        branches.may_fall = False
    branches.finish()
    tests = rest.tests[len(way.tests) :]
    if _sets_coverage(machine, [body for _, body in clauses] + [otherwise], tests):
        machine.scope.settled = (*machine.scope.settled, *tests)[-MAX_SETTLED:]
    return Outcome()


def _sets_coverage(machine: Machine, bodies: list[list[Node]], tests: tuple[ShellTest, ...]) -> bool:
    """Whether a branch sets a variable, and it or the tests before the branch speak of coverage."""
    set_there = [
        machine.tree.text(child)
        for body in bodies
        for node in body
        for child in (node, *node.named_children)
        if child.type == "variable_assignment"
    ]
    asked = [test.operand or "" for test in tests]
    return bool(set_there) and any(map(speaks_of_coverage, [*set_there, *asked]))


def _clause(
    machine: Machine,
    branches: Branches,
    rest: Way,
    outcome: Outcome,
    conditions: list[Node],
    body: list[Node],
    else_text: str,
    condition: str = "",
) -> Way:
    """One `if` or `elif`; gives the way on to the next one."""

    def read(inner: Way) -> None:
        _sequence_to(machine, body, inner)

    if outcome.result is not None:
        branches.branch(rest.after(outcome.tests, outcome.result), read)
        return rest.after(outcome.tests, not outcome.result)
    text = condition or machine.text_of(conditions)
    place = machine.evidence(conditions[0] if conditions else body[0])
    found = fork(outcome, text, place, machine.text_of(body), else_text)
    branches.branch(rest.under(found.yes, outcome.tests, found.yes_taken), read, bindable(outcome))
    return rest.under(found.no, outcome.tests, found.no_taken)


def _sequence_to(machine: Machine, nodes: list[Node], way: Way) -> None:
    machine.sequence(nodes, way)


def _clauses(node: Node) -> tuple[list[tuple[list[Node], list[Node]]], list[Node]]:
    """The (conditions, body) pairs of an if_statement, and its else branch."""
    clauses = [_halves(node)]
    otherwise: list[Node] = []
    for child in node.children:
        if child.type == "elif_clause":
            clauses.append(_halves(child))
        elif child.type == "else_clause":
            otherwise = list(named(child))
    return [pair for pair in clauses if pair[0] or pair[1]], otherwise


def _halves(node: Node) -> tuple[list[Node], list[Node]]:
    conditions: list[Node] = []
    body: list[Node] = []
    behind = False
    for child in node.children:
        behind = behind or child.type == "then"
        if child.is_named and child.type not in ("comment", "elif_clause", "else_clause"):
            (body if behind else conditions).append(child)
    return conditions, body


def run_case(machine: Machine, node: Node, way: Way) -> Outcome:
    subject = node.child_by_field_name("value")
    words = machine.expander()
    value = words.word(subject) if subject is not None else ""
    variable = words.used[0] if words.used else None
    head = machine.tree.text(subject) if subject is not None else ""
    rest, branches = way, Branches(machine, machine.scope, way)
    items = list(named(node, "case_item"))
    for index, item in enumerate(_bounded(machine, items, node)):
        patterns = item.children_by_field_name("value")
        body = [c for c in named(item) if c not in patterns]
        test = _case_test(machine, item, patterns, value, variable)
        test = replace(test, text=f"case {head} in {test.operand}")
        outcome = Outcome(test.result, (test,), is_test=True)
        others = machine.text_of(items[index + 1 : index + 1 + MAX_LOOK])
        rest = _clause(machine, branches, rest, outcome, patterns, body, others, test.text)
        if rest.taken is False:
            branches.may_fall = branches.may_fall and way.taken is False
    branches.finish()
    return Outcome()


def _case_test(
    machine: Machine, item: Node, patterns: list[Node], value: str, variable: str | None
) -> ShellTest:
    globs = [machine.expander().word(pattern)[:500] for pattern in patterns]
    result: bool | None = None
    if "*" in globs:
        result = True
    elif certain(value) and len(value) < 1000 and all(certain(glob) for glob in globs):
        result = any(fnmatchcase(value, glob) for glob in globs)
    actual = value if certain(value) else None
    return ShellTest("", variable, "case", "|".join(globs), actual, result, machine.evidence(item))
