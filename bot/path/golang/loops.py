"""Loops: over what is known item by item, otherwise once."""

from __future__ import annotations

from tree_sitter import Node

from bot.path.golang.conditions import as_test
from bot.path.golang.machine import Flow, Machine, first_of
from bot.path.golang.values import List, Map, Opaque, Scalar, Text, Unset, Value, plain, unknown_text

MAX_ITEMS = 40
MAX_TURNS = 10


def run_for(m: Machine, node: Node) -> Flow:
    """Execute a for statement inside its own scope."""
    from bot.path.golang.waits import loop_wait

    body = node.child_by_field_name("body")
    if body is None:
        return Flow.NEXT
    waits = loop_wait(m, node)
    if waits is not None:
        return waits
    head = next((child for child in node.named_children if child != body and child.type != "comment"), None)
    if head is not None and head.type == "range_clause":
        return _range(m, head, body)
    if head is not None and head.type == "for_clause":
        return _counted(m, head, body)
    return _turns(m, head, None, body)


def _range(m: Machine, head: Node, body: Node) -> Flow:
    left, right = head.child_by_field_name("left"), head.child_by_field_name("right")
    names = [m.text(child) for child in left.named_children] if left is not None else []
    whole = first_of(m.eval(right)) if right is not None else Opaque("range")
    pairs = _pairs(whole, names)
    for key, value in pairs[:MAX_ITEMS]:
        with m.block():
            for name, item in zip(names, (key, value), strict=False):
                m.declare(name, item)
            flow = m.run(body)
        if flow is Flow.RETURN:
            return flow
        if flow is Flow.BREAK:
            break
    return Flow.NEXT


def _pairs(whole: Value, names: list[str]) -> list[tuple[Value, Value]]:
    match whole:
        case List() if whole.complete:
            return [(Scalar(index), item) for index, item in enumerate(whole.items)]
        case Unset():
            return []
        case Map():
            return [(plain(key, whole.place_of(key)), item) for key, item in whole.entries.items()]
        case Scalar(value=int() as count) if not isinstance(count, bool):
            return [(Scalar(index), Scalar(index)) for index in range(min(count, MAX_TURNS))]
        case _:
            items = [unknown_text(name) if isinstance(whole, Text) else Opaque(name) for name in names]
            key = items[0] if items else Opaque("key")
            return [(key, items[1] if len(items) > 1 else Opaque("value"))]


def _counted(m: Machine, head: Node, body: Node) -> Flow:
    initializer = head.child_by_field_name("initializer")
    if initializer is not None:
        m.run(initializer)
    return _turns(m, head.child_by_field_name("condition"), head.child_by_field_name("update"), body)


def _turns(m: Machine, condition: Node | None, update: Node | None, body: Node) -> Flow:
    """Turn after turn while the condition is known to hold; once more than a turn with acts is none."""
    for _ in range(MAX_TURNS):
        asked = as_test(first_of(m.eval(condition)), m.text(condition)) if condition is not None else True
        if asked is False:
            return Flow.NEXT
        acts = len(m.recorder.events)
        flow = m.run(body)
        if flow is Flow.RETURN:
            return flow
        if flow is Flow.BREAK or asked is not True or (len(m.recorder.events) > acts and update is None):
            return Flow.NEXT
        if update is not None:
            m.run(update)
        if len(m.recorder.events) > acts and not _uses_counter(m, update, body):
            return Flow.NEXT
    return Flow.NEXT


def _uses_counter(m: Machine, update: Node | None, body: Node) -> bool:
    if update is None or not update.named_children:
        return False
    name = m.text(update.named_children[0])
    stack, seen = [body], 0
    while stack and seen < 3_000:
        node = stack.pop()
        seen += 1
        if node.type == "identifier" and m.text(node) == name:
            return True
        stack.extend(node.named_children)
    return False
