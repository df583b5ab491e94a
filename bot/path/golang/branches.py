"""`if`: the branch of a coverage switch, of an error, of something known or of anything else."""

from __future__ import annotations

from tree_sitter import Node

from bot.facts.build import Guard
from bot.facts.words import known
from bot.path.golang.conditions import ask, ends_here, holds_coverage
from bot.path.golang.machine import Flow, Machine, depending, is_nil
from bot.path.golang.scope import Scope
from bot.path.golang.values import (
    Cmd,
    Fault,
    Function,
    List,
    Map,
    Opaque,
    Scalar,
    Struct,
    Test,
    Text,
    Value,
    unknown_text,
)


def run_if(m: Machine, node: Node) -> Flow:
    """Execute an if statement inside its own scope."""
    initializer, condition = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
    then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    if initializer is not None:
        m.run(initializer)
    if condition is None or then is None:
        return Flow.NEXT
    asked = ask(m, condition)
    if isinstance(asked, bool):
        chosen = then if asked else other
        return m.run(chosen) if chosen is not None else Flow.NEXT
    if asked.kind == "open" and other is None and holds_coverage(m.frame.source, then):
        asked = Test("coverage", asked.text)
    guard = asked.guard(m.frame.source.at(condition))
    match asked.kind:
        case "coverage":
            return _coverage(m, asked, guard, then, other)
        case "error":
            return _error(m, asked, guard, then, other)
        case _:
            return _open(m, guard, then, other)


def _coverage(m: Machine, asked: Test, guard: Guard, then: Node, other: Node | None) -> Flow:
    """Coverage is taken to be on: the branch for it is the only one."""
    m.switch(guard)
    on, off = (then, other) if asked.sense else (other, then)
    if on is not None:
        with m.under(guard, doubtful=False):
            return m.run(on)
    if off is not None and ends_here(off) and guard not in m.guards:
        m.guards = (*m.guards, guard)
        m.frame.sticky.append(guard)
    return Flow.NEXT


def _error(m: Machine, asked: Test, guard: Guard, then: Node, other: Node | None) -> Flow:
    """Nothing is taken to fail: the branch for failures is walked for its acts, then forgotten."""
    failed, fine = (then, other) if asked.sense else (other, then)
    if failed is not None:
        mark = m.journal.mark()
        with m.under(guard, doubtful=True):
            m.run(failed)
        m.journal.undo(mark)
    return m.run(fine) if fine is not None else Flow.NEXT


def _open(m: Machine, guard: Guard, then: Node, other: Node | None) -> Flow:
    """Both branches are walked; what they assign differently is a hole afterwards."""
    mark = m.journal.mark()
    with m.under(guard, doubtful=True):
        first = m.run(then)
    left = {
        key: (scope, name, scope.names[name]) for key, (scope, name, _) in m.journal.changed(mark).items()
    }
    second = Flow.NEXT
    if other is not None:
        m.journal.undo(mark)
        with m.under(guard, doubtful=True):
            second = m.run(other)
    ended = first is not Flow.NEXT
    _join(m, mark, left, guard, use_left=not ended, use_right=second is Flow.NEXT)
    if other is not None and ended and second is Flow.RETURN:
        return Flow.RETURN
    return Flow.NEXT


Left = dict[tuple[int, str], tuple[Scope, str, Value]]
Changed = dict[tuple[int, str], tuple[Scope, str, Value | None]]


def _join(m: Machine, mark: int, left: Left, guard: Guard, *, use_left: bool, use_right: bool) -> None:
    """Give each variable that a branch assigned its value after the branches.

    `left` holds what the first branch left; the scopes hold what the second left, or what there was
    before when there is none. A branch that ended the function says nothing.
    """
    changed = m.journal.changed(mark)
    keys = {key: (scope, name) for key, (scope, name, _) in (*changed.items(), *left.items())}
    for key, (scope, name) in keys.items():
        one, two = _sides(left, changed, key, scope.names.get(name))
        one = one if use_left else two
        two = two if use_right else one
        if one is not None and two is not None:
            m.journal.set(scope, name, join(two, one, name, guard))


def _sides(
    left: Left, changed: Changed, key: tuple[int, str], now: Value | None
) -> tuple[Value | None, Value | None]:
    """What the first branch left in a variable, and what the second."""
    before = changed[key][2] if key in changed else now
    one = left[key][2] if key in left else before
    second_ran = key in changed and (key not in left or now is not left[key][2])
    return one, now if second_ran else before


def join(one: Value, two: Value, name: str, guard: Guard) -> Value:
    """A variable that is `one` or `two`, depending on a condition that cannot be told."""
    from bot.path.golang.functions import same

    if same(one, two):
        return one
    match one, two:
        case Text(env=str() as variable), Text() if known(two.text):
            return unknown_text(f"{variable}:-{two.text}", two.place)
        case Text(), Text(env=str() as variable) if known(one.text):
            return unknown_text(f"{variable}:-{one.text}", one.place)
        case Text(), Text():
            return unknown_text(name, two.place)
        case List(), List():
            return two if len(two.items) >= len(one.items) else one
        case Scalar(value=bool()), _ if isinstance(two, (Scalar, Test)):
            return two if isinstance(two, Test) else Opaque(name, place=two.place)
        case Fault(), Fault():
            return Fault()
        case _:
            return _either(one, two, name, guard)


def _either(one: Value, two: Value, name: str, guard: Guard) -> Value:
    if is_nil(one):
        return depending(two, (guard,))
    if is_nil(two):
        return one
    if isinstance(one, _PARTED) or isinstance(two, _PARTED):
        return two if isinstance(two, _PARTED) else one
    return Opaque(name, place=two.place)


_PARTED = (List, Map, Struct, Function, Cmd)
