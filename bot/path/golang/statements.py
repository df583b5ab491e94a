"""How each kind of Go statement is executed: in order, branches by what they ask."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from bot.path.golang.branches import run_if
from bot.path.golang.functions import zero
from bot.path.golang.loops import run_for
from bot.path.golang.machine import STATEMENTS, Execute, Flow, Machine, Returned, first_of
from bot.path.golang.targets import assign_to, results_for
from bot.path.golang.values import Many, Member, Opaque, Scalar, Test, Value


def statement(*kinds: str) -> Callable[[Execute], Execute]:
    """Register how nodes of these kinds are executed."""

    def register(handler: Execute) -> Execute:
        for kind in kinds:
            STATEMENTS[kind] = handler
        return handler

    return register


@statement("block")
def _block(m: Machine, node: Node) -> Flow:
    with m.block():
        return run_all(m, node)


@statement("statement_list")
def _list(m: Machine, node: Node) -> Flow:
    return run_all(m, node)


def run_all(m: Machine, node: Node) -> Flow:
    """Statements in order, until one ends the block. Guards that begin inside end with the block."""
    before = m.guards
    try:
        for child in node.named_children:
            flow = run_all(m, child) if child.type == "statement_list" else m.run(child)
            if flow is not Flow.NEXT:
                return flow
        return Flow.NEXT
    finally:
        m.guards = before


@statement("expression_statement")
def _expression(m: Machine, node: Node) -> Flow:
    if node.named_children:
        m.eval(node.named_children[0])
    return Flow.NEXT


@statement("labeled_statement")
def _labeled(m: Machine, node: Node) -> Flow:
    return m.run(node.named_children[-1]) if len(node.named_children) > 1 else Flow.NEXT


@statement("short_var_declaration")
def _declare(m: Machine, node: Node) -> Flow:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Flow.NEXT
    targets = [child for child in left.named_children if child.type != "comment"]
    values = results_for(m, targets, right)
    for target, value in zip(targets, values, strict=False):
        name = m.text(target)
        if name in m.frame.scope.names:
            m.assign(name, value)
        else:
            m.declare(name, value)
    return Flow.NEXT


@statement("assignment_statement")
def _assign(m: Machine, node: Node) -> Flow:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None:
        return Flow.NEXT
    targets = [child for child in left.named_children if child.type != "comment"]
    if operator is not None and operator.type != "=":
        from bot.path.golang.expressions import operate

        old, new = first_of(m.eval(targets[0])), first_of(m.eval(right))
        assign_to(m, targets[0], operate(m, node, operator.type.rstrip("="), old, new))
        return Flow.NEXT
    for target, value in zip(targets, results_for(m, targets, right), strict=False):
        assign_to(m, target, value)
    return Flow.NEXT


@statement("var_declaration", "const_declaration")
def _var(m: Machine, node: Node) -> Flow:
    for spec in _specs(node):
        names = [child for child in spec.children_by_field_name("name") if child.type == "identifier"]
        values, kind = spec.child_by_field_name("value"), spec.child_by_field_name("type")
        if values is not None:
            for name, value in zip(names, results_for(m, names, values), strict=False):
                m.declare(m.text(name), value)
        else:
            for name in names:
                m.declare(m.text(name), _zero(m, kind, m.text(name)))
    return Flow.NEXT


def _zero(m: Machine, kind: Node | None, name: str) -> Value:
    from bot.path.golang.names import type_name
    from bot.path.golang.values import Struct

    text = m.text(kind) if kind is not None else ""
    value = zero(text, name)
    if isinstance(value, Opaque) and kind is not None and kind.type in ("qualified_type", "type_identifier"):
        return Struct(type_name(m, kind), {}, m.guards, place=m.place(kind))
    return value


def _specs(node: Node) -> list[Node]:
    found = []
    for child in node.named_children:
        if child.type in ("var_spec", "const_spec"):
            found.append(child)
        elif child.type == "var_spec_list":
            found += [inner for inner in child.named_children if inner.type == "var_spec"]
    return found


@statement("type_declaration")
def _type(m: Machine, node: Node) -> Flow:
    """A type declared inside a function: its name hides others."""
    for spec in node.named_children:
        name = spec.child_by_field_name("name")
        if name is not None:
            m.declare(m.text(name), Member("local", m.text(name), place=m.place(spec)))
    return Flow.NEXT


@statement("inc_statement", "dec_statement")
def _step(m: Machine, node: Node) -> Flow:
    target = node.named_children[0]
    value = first_of(m.eval(target))
    if isinstance(value, Scalar) and isinstance(value.value, int):
        assign_to(m, target, Scalar(value.value + (1 if node.type == "inc_statement" else -1)))
    return Flow.NEXT


@statement("send_statement")
def _send(m: Machine, node: Node) -> Flow:
    value = node.child_by_field_name("value")
    if value is not None:
        m.eval(value)
    return Flow.NEXT


@statement("go_statement")
def _go(m: Machine, node: Node) -> Flow:
    m.eval(node.named_children[0])
    return Flow.NEXT


@statement("defer_statement")
def _defer(m: Machine, node: Node) -> Flow:
    from bot.path.golang.calls import postponed

    later = postponed(m, node.named_children[0])
    if later is not None:
        m.frame.deferred.append(later)
    return Flow.NEXT


@statement("return_statement")
def _return(m: Machine, node: Node) -> Flow:
    frame = m.frame
    if node.named_children and node.named_children[0].type != "comment":
        value = m.eval(node.named_children[0])
    elif frame.results:
        found = [frame.scope.find(name) for name in frame.results]
        values = [s.names[n] if s else Opaque(n) for s, n in zip(found, frame.results, strict=True)]
        value = Many(values) if len(values) > 1 else values[0]
    else:
        value = Scalar(None)
    here = tuple(guard for guard in m.guards if guard not in frame.guards)
    frame.returns.append(Returned(value, here, frame.doubts == 0))
    return Flow.RETURN


@statement("break_statement")
def _break(m: Machine, node: Node) -> Flow:
    return Flow.BREAK


@statement("continue_statement")
def _continue(m: Machine, node: Node) -> Flow:
    return Flow.CONTINUE


@statement("if_statement")
def _if(m: Machine, node: Node) -> Flow:
    with m.block():
        return run_if(m, node)


@statement("for_statement")
def _for(m: Machine, node: Node) -> Flow:
    with m.block():
        return run_for(m, node)


@statement("expression_switch_statement", "type_switch_statement", "select_statement")
def _switch(m: Machine, node: Node) -> Flow:
    """Every case is walked; a case that is known to match is the only one."""
    with m.block():
        initializer = node.child_by_field_name("initializer")
        if initializer is not None:
            m.run(initializer)
        tag_node = node.child_by_field_name("value") if node.type.startswith("expression") else None
        tag = first_of(m.eval(tag_node)) if tag_node is not None else None
        cases = [child for child in node.named_children if child.type.endswith("_case")]
        for case in cases[:60]:
            verdict = _matches(m, tag, case, tagless=node.type.startswith("expression") and tag_node is None)
            if verdict is False:
                continue
            flow = _run_case(m, case, verdict)
            if verdict is True:
                return Flow.NEXT if flow is Flow.BREAK else flow
    return Flow.NEXT


def _matches(m: Machine, tag: Value | None, case: Node, *, tagless: bool) -> bool | Test:
    from bot.path.golang.conditions import as_test, compare

    values = case.child_by_field_name("value")
    text = " ".join(m.text(case).partition(":")[0].split())[:120]
    if values is None or (tag is None and not tagless):
        return Test("open", text)
    results = []
    for child in values.named_children:
        value = first_of(m.eval(child))
        results.append(as_test(value if tag is None else compare(tag, value, "==", text), text))
    if any(result is True for result in results):
        return True
    asked = [result for result in results if isinstance(result, Test)]
    return asked[0] if asked else False


def _run_case(m: Machine, case: Node, verdict: bool | Test) -> Flow:
    communication = case.child_by_field_name("communication")
    with m.block():
        if communication is not None:
            m.run(communication)
        if verdict is True:
            return _case_body(m, case)
        guard = (verdict if isinstance(verdict, Test) else Test("open", "")).guard(m.frame.source.at(case))
        if guard.coverage:
            m.switch(guard)
        with m.under(guard, doubtful=not guard.coverage):
            return _case_body(m, case)


def _case_body(m: Machine, case: Node) -> Flow:
    for child in case.named_children:
        if child.type == "statement_list":
            return run_all(m, child)
    return Flow.NEXT


@statement("receive_statement")
def _receive(m: Machine, node: Node) -> Flow:
    return Flow.NEXT
