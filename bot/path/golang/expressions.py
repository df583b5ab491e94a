"""How each kind of Go expression is evaluated."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from bot.path.golang.conditions import as_test, both, compare, either
from bot.path.golang.literals import composite
from bot.path.golang.machine import EXPRESSIONS, Evaluate, Machine, first_of
from bot.path.golang.names import find_name, select
from bot.path.golang.syntax import unquote
from bot.path.golang.values import (
    Function,
    List,
    Many,
    Map,
    Opaque,
    Piece,
    Scalar,
    Test,
    Text,
    Value,
    as_text,
    joined,
    known_text,
)


def expression(*kinds: str) -> Callable[[Evaluate], Evaluate]:
    """Register how nodes of these kinds are evaluated."""

    def register(handler: Evaluate) -> Evaluate:
        for kind in kinds:
            EXPRESSIONS[kind] = handler
        return handler

    return register


@expression("interpreted_string_literal", "raw_string_literal", "rune_literal")
def _string(m: Machine, node: Node) -> Value:
    place = m.place(node)
    raw = node.type == "raw_string_literal"
    return Text((Piece(unquote(m.text(node)), place, raw),), place=place)


@expression("int_literal")
def _int(m: Machine, node: Node) -> Value:
    text = m.text(node).replace("_", "")
    try:
        octal = len(text) > 1 and text[0] == "0" and text[1:].isdigit()
        return Scalar(int(text, 8) if octal else int(text[:80], 0), place=m.place(node))
    except ValueError:
        return m.opaque(node)


@expression("float_literal")
def _float(m: Machine, node: Node) -> Value:
    try:
        return Scalar(float(m.text(node).replace("_", "")), place=m.place(node))
    except ValueError:
        return m.opaque(node)


@expression("true", "false", "nil")
def _constant(m: Machine, node: Node) -> Value:
    return Scalar({"true": True, "false": False, "nil": None}[node.type], place=m.place(node))


@expression("identifier", "iota", "type_identifier", "package_identifier")
def _identifier(m: Machine, node: Node) -> Value:
    return find_name(m, m.text(node), node)


@expression("parenthesized_expression", "literal_element", "variadic_argument")
def _inner(m: Machine, node: Node) -> Value:
    if not node.named_children:
        return m.opaque(node)
    value = m.eval(node.named_children[0])
    if node.type == "variadic_argument" and isinstance(value, List):
        return List(value.items, "...", value.base, value.complete, place=value.place, guards=value.guards)
    return value


@expression("expression_list")
def _several(m: Machine, node: Node) -> Value:
    values = [m.eval(child) for child in node.named_children if child.type != "comment"]
    return values[0] if len(values) == 1 else Many(values, place=m.place(node))


@expression("func_literal")
def _func(m: Machine, node: Node) -> Value:
    return Function(node, m.frame.source, "", m.frame.scope, place=m.place(node))


@expression("selector_expression", "qualified_type")
def _selector(m: Machine, node: Node) -> Value:
    return select(m, node)


@expression("composite_literal")
def _composite(m: Machine, node: Node) -> Value:
    return composite(m, node)


@expression("unary_expression")
def _unary(m: Machine, node: Node) -> Value:
    operand = node.child_by_field_name("operand")
    operator = node.child_by_field_name("operator")
    if operand is None or operator is None:
        return m.opaque(node)
    value = first_of(m.eval(operand))
    match operator.type:
        case "&" | "*":
            return value
        case "!" if isinstance(value, Scalar) and isinstance(value.value, bool):
            return Scalar(not value.value)
        case "!":
            asked = as_test(value, m.text(operand))
            return asked.inverted() if isinstance(asked, Test) else Scalar(not asked)
        case "-" if isinstance(value, Scalar) and isinstance(value.value, (int, float)):
            return Scalar(-value.value)
        case "<-":
            return Opaque(m.text(operand)[:40], place=m.place(node))
        case _:
            return m.opaque(node)


@expression("binary_expression")
def _binary(m: Machine, node: Node) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None:
        return m.opaque(node)
    if operator.type == "+" and left.type == "binary_expression":
        return _sum(m, node)
    return operate(m, node, operator.type, first_of(m.eval(left)), first_of(m.eval(right)))


def _sum(m: Machine, node: Node) -> Value:
    """A long chain of `+`, without recursion."""
    parts: list[Node] = []
    here: Node | None = node
    while here is not None and here.type == "binary_expression":
        operator, right = here.child_by_field_name("operator"), here.child_by_field_name("right")
        if operator is None or operator.type != "+" or right is None:
            break
        parts.append(right)
        here = here.child_by_field_name("left")
    total = first_of(m.eval(here)) if here is not None else m.opaque(node)
    for part in reversed(parts):
        total = operate(m, node, "+", total, first_of(m.eval(part)))
    return total


def operate(m: Machine, node: Node, operator: str, left: Value, right: Value) -> Value:
    match operator:
        case "==" | "!=":
            return compare(left, right, operator, m.text(node))
        case "&&":
            return both(left, right, m.text(node))
        case "||":
            return either(left, right, m.text(node))
        case "+" if isinstance(left, Text) or isinstance(right, Text):
            return joined([as_text(left), as_text(right)], m.place(node))
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        result = _arithmetic(operator, left.value, right.value)
        if result is not None:
            return Scalar(result, place=m.place(node))
    return Test("open", " ".join(m.text(node).split())[:200]) if operator in _ORDER else m.opaque(node)


_ORDER = ("<", ">", "<=", ">=")
_LIMIT = 1 << 70


def _arithmetic(operator: str, left: object, right: object) -> int | float | bool | None:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return None
    if abs(left) > _LIMIT or abs(right) > _LIMIT:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            whole = isinstance(left, int) and isinstance(right, int)
            return int(left / right) if whole else left / right
        case "%" if right and isinstance(left, int) and isinstance(right, int):
            return left % right
        case "|" if isinstance(left, int) and isinstance(right, int):
            return left | right
        case "<<" if isinstance(left, int) and isinstance(right, int) and 0 <= right < 64:
            return left << right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case ">=":
            return left >= right
    return None


@expression("index_expression")
def _index(m: Machine, node: Node) -> Value:
    operand, index = node.child_by_field_name("operand"), node.child_by_field_name("index")
    if operand is None or index is None:
        return m.opaque(node)
    whole, at = first_of(m.eval(operand)), first_of(m.eval(index))
    if isinstance(whole, List) and isinstance(at, Scalar) and isinstance(at.value, int) and whole.complete:
        if -1 < at.value < len(whole.items):
            return whole.items[at.value]
    elif isinstance(whole, Map):
        key = known_text(at)
        if key is not None and key in whole.entries:
            return whole.entries[key]
    return m.opaque(node)


@expression("slice_expression")
def _slice(m: Machine, node: Node) -> Value:
    operand = node.child_by_field_name("operand")
    if operand is None:
        return m.opaque(node)
    whole = first_of(m.eval(operand))
    bounds = [_bound(m, node.child_by_field_name(name)) for name in ("start", "end")]
    if isinstance(whole, List) and whole.complete and False not in bounds:
        start, end = bounds
        return List(whole.items[start:end], whole.type, whole.base, place=whole.place)
    if isinstance(whole, (Text, List)) and bounds == [None, None]:
        return whole
    return m.opaque(node)


def _bound(m: Machine, node: Node | None) -> int | bool | None:
    if node is None:
        return None
    value = m.eval(node)
    if isinstance(value, Scalar) and isinstance(value.value, int) and value.value >= 0:
        return value.value
    return False


@expression("type_assertion_expression")
def _assertion(m: Machine, node: Node) -> Value:
    operand = node.child_by_field_name("operand")
    return m.eval(operand) if operand is not None else m.opaque(node)


@expression("type_conversion_expression")
def _conversion(m: Machine, node: Node) -> Value:
    from bot.path.golang.calls import call_generic

    kind, operand = node.child_by_field_name("type"), node.child_by_field_name("operand")
    if kind is None or operand is None:
        return m.opaque(node)
    if kind.type == "generic_type":
        return call_generic(m, node, kind, operand)
    return first_of(m.eval(operand))


@expression("call_expression")
def _call(m: Machine, node: Node) -> Value:
    from bot.path.golang.calls import call

    return call(m, node)


@expression("type_instantiation_expression")
def _generic(m: Machine, node: Node) -> Value:
    return m.eval(node.named_children[0]) if node.named_children else m.opaque(node)
