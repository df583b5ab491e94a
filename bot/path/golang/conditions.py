"""What an `if` asks: is coverage on, did a call fail, or something that cannot be told here."""

from __future__ import annotations

import re

from tree_sitter import Node

from bot.path.golang.machine import Machine
from bot.path.golang.syntax import Source, unquote
from bot.path.golang.values import Fault, List, Map, Opaque, Scalar, Struct, Test, Text, Unset, Value

_COVER = re.compile(r"cover", re.IGNORECASE)
_ERROR_NAME = re.compile(r"(?:\b|_)(?:err|Err|error|Error)(?:\(\))?$|Err$")
_NOT_A_SWITCH = re.compile(
    r"dir|path|file|err|output|data|report|result|percent|profile|out$|pods?$|discover|recover|name|image",
    re.IGNORECASE,
)
_COVERAGE_WORD = re.compile(
    r"GOCOVERDIR(=.*)?|-cover(pkg|mode)?(=.*)?|GOFLAGS=.*-cover.*|covdata|/?coverdata"
)
_STRINGS = ("interpreted_string_literal", "raw_string_literal")


def is_switch_name(name: str) -> bool:
    """Whether a variable's, field's or function's name says that it switches coverage on."""
    return bool(_COVER.search(name)) and not _NOT_A_SWITCH.search(name.rpartition(".")[2])


def is_coverage_variable(name: str) -> bool:
    """Whether an environment variable switches coverage (`E2E_COVERAGE`, `GOCOVERDIR`)."""
    return bool(_COVER.search(name)) and not re.search(r"discover|recover", name, re.IGNORECASE)


def ask(machine: Machine, node: Node) -> Test | bool:
    """What a condition asks, or its known truth value."""
    value = machine.eval(node)
    return as_test(value, machine.text(node))


def as_test(value: Value, text: str) -> Test | bool:
    """A value used as a condition."""
    clean = " ".join(text.split())[:200]
    match value:
        case Test():
            return value
        case Scalar(value=bool() as known):
            return known
        case Opaque() if is_switch_name(value.name.rstrip("()")):
            return Test("coverage", clean, value.name, "true")
        case _:
            return Test("open", clean)


def compare(left: Value, right: Value, operator: str, text: str) -> Value:
    """`==` and `!=`."""
    equal = operator == "=="
    clean = " ".join(text.split())[:200]
    for one, other in ((left, right), (right, left)):
        nil = isinstance(other, Scalar) and other.value is None
        if isinstance(one, Fault) and (nil or isinstance(other, Fault)):
            return _fault(one, clean, equal)
        if nil and isinstance(one, Opaque) and _ERROR_NAME.search(one.name):
            return Test("error", clean, sense=not equal)
        if nil and isinstance(one, Unset):
            return Scalar(equal)
        if nil and isinstance(one, (Text, List, Map, Struct)):
            return Scalar((not equal) if not isinstance(one, List) or one.items else equal)
        if isinstance(one, Text) and one.env and isinstance(other, Text):
            return _variable(one, other, clean, equal)
        if isinstance(one, Test) and isinstance(other, Scalar) and isinstance(other.value, bool):
            return one if other.value == equal else one.inverted()
    return _known(left, right, equal, clean)


def _fault(fault: Fault, text: str, equal: bool) -> Value:
    if fault.failed is not None:
        return Scalar(fault.failed != equal)
    return Test("error", text, sense=not equal)


def _variable(variable: Text, wanted: Text, text: str, equal: bool) -> Value:
    name, value = variable.env or "", wanted.text
    if not is_coverage_variable(name):
        return _known(variable, wanted, equal, text)
    off = value.lower() in ("", "false", "0", "off", "no")
    word = f'{name} {"!=" if off else "=="} "{value}"'
    return Test("coverage", word, name, None if off else value, sense=equal != off)


def _known(left: Value, right: Value, equal: bool, text: str) -> Value:
    from bot.facts.words import could_equal, known

    match left, right:
        case Text(), Text() if known(left.text) and known(right.text):
            return Scalar((left.text == right.text) == equal)
        case Text(), Text() if not left.env and not right.env and not could_equal(left.text, right.text):
            return Scalar(not equal)
        case Scalar(), Scalar():
            return Scalar((left.value == right.value) == equal)
        case _:
            return Test("open", text)


def both(left: Value, right: Value, text: str) -> Value:
    """`&&`."""
    one, other = as_test(left, text), as_test(right, text)
    if one is False or other is False:
        return Scalar(False)
    if one is True:
        return right
    if other is True:
        return left
    return _mix(one, other, text, any_of=False)


def either(left: Value, right: Value, text: str) -> Value:
    """`||`."""
    one, other = as_test(left, text), as_test(right, text)
    if one is True or other is True:
        return Scalar(True)
    if one is False:
        return right
    if other is False:
        return left
    return _mix(one, other, text, any_of=True)


def _mix(one: Test | bool, other: Test | bool, text: str, *, any_of: bool) -> Value:
    clean = " ".join(text.split())[:200]
    tests = [test for test in (one, other) if isinstance(test, Test)]
    for test in tests:
        if test.kind == "coverage" and (test.sense or any_of):
            return Test("coverage", clean, test.variable, test.wanted, test.sense)
    failing = [test for test in tests if test.kind == "error"]
    if failing and failing[0].sense:
        return Test("error", clean)
    if len(failing) == 1 and not any_of:
        return next((test for test in tests if test.kind != "error"), failing[0])
    if len(failing) == 2:
        return failing[0]
    return Test("open", clean)


def holds_coverage(source: Source, block: Node) -> bool:
    """Whether a branch itself sets coverage up: one of its strings is `GOCOVERDIR`, `-cover`, ..."""
    stack, seen = [block], 0
    while stack and seen < 2_000:
        node = stack.pop()
        seen += 1
        if node.type in _STRINGS:
            if _COVERAGE_WORD.fullmatch(unquote(source.text(node))[:300]):
                return True
        else:
            stack.extend(node.named_children)
    return False


def ends_here(block: Node) -> bool:
    """Whether a block ends the function or iteration: return, continue, break, panic, Skip, Fatal."""
    statements = [node for node in _statements(block) if node.type != "comment"]
    if not statements:
        return False
    last = statements[-1]
    if last.type in ("return_statement", "continue_statement", "break_statement"):
        return True
    if last.type != "expression_statement" or last.text is None:
        return False
    return (
        re.match(rb"(panic|os\.Exit|Skip\w*|Fail|\w+\.(Skip|Fatal|FailNow|Exit)\w*)\(", last.text) is not None
    )


def _statements(block: Node) -> list[Node]:
    children = block.named_children
    if len(children) == 1 and children[0].type == "statement_list":
        return children[0].named_children
    return [
        node
        for child in children
        for node in (child.named_children if child.type == "statement_list" else [child])
    ]
