"""Walks shell statements in the order in which they run: lists, branches, loops, pipes, functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from tree_sitter import Node

from bot.facts.build import Guard, ShellTest
from bot.path.command import Command
from bot.path.shellbranch import Branches, bindable, fork
from bot.path.shellcalls import assign, declare, run_command, run_test, unset
from bot.path.shellmachine import MAX_DEPTH, MAX_STEPS, Machine
from bot.path.shellstate import Outcome, Scope, Way, both, certain
from bot.path.shelltree import named

MAX_UNROLL = 20
"""Loops over longer lists are read once, with the variable unknown."""

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


def sequence(machine: Machine, nodes: Iterable[Node], way: Way) -> Outcome:
    """Statements one after the other, until one of them leaves."""
    outcome = Outcome()
    for node in nodes:
        if machine.scope.ended is not None:
            break
        outcome = run(machine, node, way)
    return outcome


def _block(machine: Machine, node: Node, way: Way) -> Outcome:
    return sequence(machine, named(node), way)


def _unknown(machine: Machine, node: Node, way: Way) -> Outcome:
    if node.type == "ERROR":
        machine.give_up("part of a shell text", "its syntax could not be read", node)
    return sequence(machine, (c for c in named(node) if c.type not in _NO_STATEMENT), way)


def _skip(machine: Machine, node: Node, way: Way) -> Outcome:
    return Outcome()


def _assignments(machine: Machine, node: Node, way: Way) -> Outcome:
    return [assign(machine, child, way) for child in named(node, "variable_assignment")][-1]


def _negated(machine: Machine, node: Node, way: Way) -> Outcome:
    inner = sequence(machine, named(node), way)
    return _not(inner)


def _not(inner: Outcome) -> Outcome:
    return replace(inner, result=None if inner.result is None else not inner.result)


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
    outcome = run(machine, here, _lenient(machine, way, chain[:1]))
    for index, (operator, right) in enumerate(chain):
        if machine.scope.ended is not None:
            break
        text = machine.tree.between(node.start_byte, right.start_byte)[:400]
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


def join(machine: Machine, left: Outcome, operator: str, right: Node, way: Way, text: str) -> Outcome:
    """The right side of `&&` or `||` after its left side."""
    wanted = operator == "&&"
    if left.result is not None:
        reached = left.result is wanted
        if reached:
            inner = run(machine, right, way.after(left.tests))
            return replace(inner, tests=(*left.tests, *inner.tests), is_test=inner.is_test)
        _aside(machine, right, way.after(left.tests, False))
        return left
    if not left.is_test:
        return _after_command(machine, wanted, right, way, text)
    return _after_test(machine, left, wanted, right, way, text)


def _aside(machine: Machine, node: Node, way: Way) -> None:
    """Read a part that is not reached: its commands are noted, its effects are not."""
    saved = machine.scope
    machine.scope = saved.copy()
    run(machine, node, way)
    machine.scope = saved


def _after_command(machine: Machine, wanted: bool, right: Node, way: Way, text: str) -> Outcome:
    if wanted:
        return run(machine, right, way)
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
        lambda inner: results.append(run(machine, right, inner)),
        bindable(left) if wanted else None,
    )
    branches.finish()
    inner = results[0] if results else Outcome()
    return Outcome(None, (*left.tests, *inner.tests), is_test=True)


def _run_to(machine: Machine, node: Node, way: Way) -> None:
    run(machine, node, way)


def _if(machine: Machine, node: Node, way: Way) -> Outcome:
    clauses, otherwise = _clauses(node)
    rest, branches = way, Branches(machine, machine.scope, way)
    for index, (conditions, body) in enumerate(clauses):
        outcome = sequence(machine, conditions, replace(rest, ignore_errors=True))
        branches.start = machine.scope
        else_text = _text(machine, [n for _, nodes in clauses[index + 1 :] for n in nodes] + otherwise)
        rest = _clause(machine, branches, rest, outcome, conditions, body, else_text)
        if rest.taken is False:
            branches.may_fall = branches.may_fall and way.taken is False
    if otherwise:
        branches.branch(rest, lambda inner: _sequence_to(machine, otherwise, inner))
        branches.may_fall = False
    branches.finish()
    return Outcome()


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
    text = condition or _text(machine, conditions)
    place = machine.evidence(conditions[0] if conditions else body[0])
    found = fork(outcome, text, place, _text(machine, body), else_text)
    branches.branch(rest.under(found.yes, outcome.tests, found.yes_taken), read, bindable(outcome))
    return rest.under(found.no, outcome.tests, found.no_taken)


def _sequence_to(machine: Machine, nodes: list[Node], way: Way) -> None:
    sequence(machine, nodes, way)


def _text(machine: Machine, nodes: list[Node]) -> str:
    return "\n".join(machine.tree.text(node) for node in nodes)


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


def _case(machine: Machine, node: Node, way: Way) -> Outcome:
    subject = node.child_by_field_name("value")
    words = machine.expander()
    value = words.word(subject) if subject is not None else ""
    variable = words.used[0] if words.used else None
    head = machine.tree.text(subject) if subject is not None else ""
    rest, branches = way, Branches(machine, machine.scope, way)
    items = list(named(node, "case_item"))
    for index, item in enumerate(items):
        patterns = [c for i, c in enumerate(item.children) if item.field_name_for_child(i) == "value"]
        body = [c for c in named(item) if c not in patterns]
        test = _case_test(machine, item, patterns, value, variable)
        test = replace(test, text=f"case {head} in {test.operand}")
        outcome = Outcome(test.result, (test,), is_test=True)
        others = _text(machine, items[index + 1 :])
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


def _for(machine: Machine, node: Node, way: Way) -> Outcome:
    variable = node.child_by_field_name("variable")
    name = machine.tree.text(variable) if variable is not None else "?"
    machine.inner_way = way
    words = machine.expander()
    values = [
        word
        for index, child in enumerate(node.children)
        if node.field_name_for_child(index) == "value"
        for word in words.words(child)
    ]
    body = node.child_by_field_name("body")
    plain = values and len(values) <= MAX_UNROLL and all(certain(v) and "*" not in v for v in values)
    if plain:
        for value in values:
            _turn(machine, body, way, name, value)
    else:
        _once(machine, lambda: _turn(machine, body, way, name, None))
    return Outcome()


def _turn(machine: Machine, body: Node | None, way: Way, name: str, value: str | None) -> None:
    """One turn of a loop."""
    if machine.scope.ended is not None or body is None:
        return
    machine.scope.set(name, value, None, ())
    run(machine, body, way)
    machine.leave_loop()


def _once(machine: Machine, turn: Callable[[], None]) -> None:
    """A loop whose number of turns is unknown: what it changes is unknown afterwards."""
    branches = Branches(machine, machine.scope, Way())
    branches.branch(Way(), lambda _: turn())
    branches.finish()


def _while(machine: Machine, node: Node, way: Way) -> Outcome:
    conditions = [c for i, c in enumerate(node.children) if node.field_name_for_child(i) == "condition"]
    conditions = [c for c in conditions if c.is_named]
    outcome = sequence(machine, conditions, replace(way, ignore_errors=True))
    if node.children and node.children[0].type == "until":
        outcome = _not(outcome)
    inner = way.after(outcome.tests, outcome.result)
    if outcome.result is None:
        guard = Guard(
            f"while {_text(machine, conditions)[:150]}",
            evidence=machine.evidence(conditions[0] if conditions else node),
        )
        inner = way.under(guard, outcome.tests, None)
    body = node.child_by_field_name("body")
    if body is None:
        return Outcome()
    if outcome.result is False:
        _aside(machine, body, inner)
    else:
        _once(machine, lambda: _loop_body(machine, body, inner))
    return Outcome()


def _loop_body(machine: Machine, body: Node, way: Way) -> None:
    run(machine, body, way)
    machine.leave_loop()


def _pipeline(machine: Machine, node: Node, way: Way) -> Outcome:
    parts = list(named(node))
    negated = bool(parts) and parts[0].type == "negated_command"
    if negated:
        parts[:1] = list(named(parts[0]))
    outcome = run_pipe(machine, parts, way)
    return _not(outcome) if negated else outcome


def run_pipe(machine: Machine, parts: list[Node], way: Way) -> Outcome:
    """Commands joined by `|`: each runs in its own subshell and reads what the one before writes."""
    printed, outcome = machine.printed, Outcome()
    here = way
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        saved: Scope = machine.scope
        machine.scope = saved.copy()
        machine.printed = printed if last else None
        before = len(machine.commands)
        inner = here if last else replace(here, redirect=None)
        outcome = run(machine, part, inner)
        saved.doubtful = saved.doubtful or machine.scope.doubtful
        machine.scope = saved
        if len(machine.commands) > before:
            here = _fed(way, machine.commands[-1].command)
    machine.printed = printed
    if machine.printed is not None and len(parts) > 1:
        machine.printed.append(None)
    return outcome


def _fed(way: Way, source: Command) -> Way:
    """The way of a command that reads another one's output."""
    text: str | None = None
    if source.argv[0] in ("echo", "printf"):
        text = " ".join(word for word in source.argv[1:] if word not in ("-e", "-n"))
    elif source.argv == ("cat",) or source.argv == ("cat", "-"):
        text = source.stdin
    place = source.stdin_evidence if source.argv[0] == "cat" else source.evidence
    return replace(
        way,
        piped_from=source,
        stdin=text,
        stdin_evidence=place if text is not None else None,
        stdin_file=None,
    )


def _redirected(machine: Machine, node: Node, way: Way) -> Outcome:
    body = node.child_by_field_name("body")
    redirects = [c for i, c in enumerate(node.children) if node.field_name_for_child(i) == "redirect"]
    inner = way
    tail: list[Node] = []
    for item in redirects:
        if item.type == "heredoc_redirect":
            inner = _heredoc(machine, item, inner)
            tail = list(item.children)
        else:
            inner = _redirect(machine, item, inner)
    for item in tail:
        if item.type == "file_redirect":
            inner = _redirect(machine, item, inner)
    before = len(machine.commands)
    outcome = run(machine, body, inner) if body is not None else Outcome()
    return _tail(machine, tail, way, before, outcome)


def _tail(machine: Machine, tail: list[Node], way: Way, before: int, outcome: Outcome) -> Outcome:
    """What stands on the line of a heredoc behind it: `cat <<EOF | kubectl apply -f -`, `&& next`."""
    for index, item in enumerate(tail):
        if item.type == "pipeline" and len(machine.commands) > before:
            fed = _fed(way, machine.commands[-1].command)
            outcome = run_pipe(machine, list(named(item)), fed)
        elif item.type in ("&&", "||") and index + 1 < len(tail):
            outcome = join(machine, outcome, item.type, tail[index + 1], way, "the command before")
    return outcome


def _heredoc(machine: Machine, node: Node, way: Way) -> Way:
    start = next(named(node, "heredoc_start"), None)
    body = next(named(node, "heredoc_body"), None)
    if body is None:
        return replace(way, stdin="", stdin_evidence=machine.evidence(node))
    literal = start is not None and any(mark in machine.tree.text(start) for mark in "'\"\\")
    machine.inner_way = way
    text = machine.tree.text(body) if literal else machine.expander().body(body)
    if any(child.type == "<<-" for child in node.children):
        text = "\n".join(line.lstrip("\t") for line in text.split("\n"))
    return replace(way, stdin=text, stdin_evidence=machine.evidence(body))


def _redirect(machine: Machine, node: Node, way: Way) -> Way:
    if node.type == "herestring_redirect":
        text = machine.expander().word(node.children[-1])
        return replace(way, stdin=text, stdin_evidence=machine.evidence(node))
    target = node.child_by_field_name("destination")
    descriptor = node.child_by_field_name("descriptor")
    operator = next((c.type for c in node.children if not c.is_named), "")
    if target is None or (descriptor is not None and machine.tree.text(descriptor) != "1"):
        return way
    name = machine.fill(machine.expander().word(target))
    if operator == "<":
        return replace(way, stdin_file=name)
    return replace(way, redirect=name) if operator in (">", ">>", "&>", "&>>", ">|") else way


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
    "if_statement": _if,
    "case_statement": _case,
    "for_statement": _for,
    "c_style_for_statement": _while,
    "while_statement": _while,
    "pipeline": _pipeline,
    "negated_command": _negated,
    "subshell": _subshell,
    "compound_statement": _block,
    "do_group": _block,
    "redirected_statement": _redirected,
    "comment": _skip,
    "heredoc_body": _skip,
}

__all__ = ["both", "join", "run", "run_pipe", "sequence"]
