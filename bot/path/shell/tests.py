"""`[ ... ]`, `[[ ... ]]` and `test ...`: what a test gives with the values that are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tree_sitter import Node

from bot.facts.build import ShellTest
from bot.model import Evidence
from bot.path.shell.state import Outcome, both, certain
from bot.path.shell.words import Expander

_UNARY = frozenset(f"-{letter}" for letter in "abcdefghknoprstuvwxzGLNORS")
_EQUAL = frozenset({"=", "==", "!="})
_NUMERIC = {
    "-eq": "__eq__",
    "-ne": "__ne__",
    "-lt": "__lt__",
    "-gt": "__gt__",
    "-le": "__le__",
    "-ge": "__ge__",
}
_BINARY = _EQUAL | _NUMERIC.keys() | {"=~", "<", ">", "-nt", "-ot", "-ef"}
_MAX_COMPARED = 1_000
_MAX_TOKENS = 200
_MAX_GROUPS = 15


def flatten(node: Node) -> list[Node]:
    """The words and operators of a test_command in order, its brackets left out."""
    found: list[Node] = []
    stack = [node]
    while stack and len(found) < _MAX_TOKENS:
        here = stack.pop()
        compound = here.type in (
            "test_command",
            "binary_expression",
            "unary_expression",
            "parenthesized_expression",
            "ternary_expression",
            "postfix_expression",
            "ERROR",
        )
        if compound:
            stack.extend(reversed(here.children))
        elif here.type not in ("[", "]", "[[", "]]", "((", "))"):
            found.append(here)
    return found


@dataclass(slots=True)
class TestReader:
    """Evaluates the tokens of one test. `patterns` says that `==` matches globs (`[[ ]]`)."""

    __test__ = False
    tokens: Sequence[Node]
    expander: Expander
    text: str
    evidence: Evidence
    patterns: bool = False
    at: int = 0
    depth: int = 0
    found: list[ShellTest] | None = None

    def read(self) -> Outcome:
        """The outcome, with every single test that was looked at."""
        self.found = []
        result = self._any() if self.tokens else False
        if self.at < len(self.tokens):
            result = None
        return Outcome(result, tuple(self.found), is_test=True)

    def _peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        if index >= len(self.tokens):
            return ""
        token = self.tokens[index]
        return self.expander.tree.text(token) if token.type != "string" else '"'

    def _any(self) -> bool | None:
        result = self._all()
        while self._peek() in ("-o", "||") and self.at + 1 < len(self.tokens):
            self.at += 1
            right = self._all()
            result = _negate(both(_negate(result), _negate(right)))
        return result

    def _all(self) -> bool | None:
        result = self._one()
        while self._peek() in ("-a", "&&") and self.at + 1 < len(self.tokens):
            self.at += 1
            result = both(result, self._one())
        return result

    def _one(self) -> bool | None:
        negated = False
        while self._peek() == "!" and self.at + 1 < len(self.tokens):
            self.at += 1
            negated = not negated
        result = self._group() if self._peek() in ("(", "\\(") else self._single()
        return _negate(result) if negated else result

    def _group(self) -> bool | None:
        self.at += 1
        self.depth += 1
        result = self._any() if self.at < len(self.tokens) and self.depth <= _MAX_GROUPS else None
        if self._peek() in (")", "\\)"):
            self.at += 1
        return result

    def _single(self) -> bool | None:
        if self._peek(1) in _BINARY and self.at + 2 < len(self.tokens):
            left, operator, right = self.tokens[self.at], self._peek(1), self.tokens[self.at + 2]
            self.at += 3
            return self._compare(left, operator, right)
        if self._peek() in _UNARY and self.at + 1 < len(self.tokens):
            operator, word = self._peek(), self.tokens[self.at + 1]
            self.at += 2
            return self._check(operator, word)
        if self.at >= len(self.tokens):
            return None
        self.at += 1
        return self._check("-n", self.tokens[self.at - 1])

    def _check(self, operator: str, node: Node) -> bool | None:
        value, variable = self._value(node)
        result: bool | None = None
        if operator in ("-n", "-z"):
            filled = True if _surely_filled(value) else (value != "" if certain(value) else None)
            result = filled if operator == "-n" else _negate(filled)
        elif operator == "-v":
            variable = value if certain(value) else None
            result = self._is_set(variable)
        operand = None if operator in ("-n", "-z", "-v") else value
        self._note(variable, operator, operand, value if operand is None else None, result)
        return result

    def _is_set(self, variable: str | None) -> bool | None:
        if variable is None:
            return None
        if self.expander.scope.is_unset(variable):
            return False
        return True if self.expander.scope.values.get(variable) is not None else None

    def _compare(self, left: Node, operator: str, right: Node) -> bool | None:
        value, variable = self._value(left)
        other, other_variable = self._value(right)
        if variable is None and other_variable is not None:
            value, other, variable = other, value, other_variable
            left, right = right, left
        result = None
        if certain(value) and certain(other):
            result = self._decide(value, operator, other, right)
        self._note(variable, operator, other, value, result)
        return result

    def _decide(self, value: str, operator: str, other: str, right: Node) -> bool | None:
        if len(value) > _MAX_COMPARED or len(other) > _MAX_COMPARED:
            return None
        if operator in _EQUAL:
            glob = (
                self.patterns and right.type not in ("string", "raw_string") and re.search(r"[*?\[]", other)
            )
            same = fnmatchcase(value, other) if glob else value == other
            return same if operator != "!=" else not same
        if operator in _NUMERIC:
            digits = re.fullmatch(r"\s*-?\d{1,15}\s*", value) and re.fullmatch(r"\s*-?\d{1,15}\s*", other)
            return bool(getattr(int(value), _NUMERIC[operator])(int(other))) if digits else None
        return _search(value, other) if operator == "=~" else None

    def _value(self, node: Node) -> tuple[str, str | None]:
        before = len(self.expander.used)
        value = self.expander.word(node)
        used = self.expander.used[before:]
        return value, used[0] if used else None

    def _note(
        self, variable: str | None, operator: str, operand: str | None, value: str | None, result: bool | None
    ) -> None:
        actual = value if value is not None and certain(value) else None
        if variable is not None and operator not in ("-n", "-z", "-v"):
            own = self.expander.scope.get(variable)
            actual = own if certain(own) else None
        assert self.found is not None
        self.found.append(ShellTest(self.text, variable, operator, operand, actual, result, self.evidence))


def _negate(value: bool | None) -> bool | None:
    return None if value is None else not value


def _surely_filled(value: str) -> bool:
    """A value with a known part is not empty, whatever its holes are."""
    return bool(re.sub(r"\$\{[^{}]*\}|\ue001\d+\ue002", "", value))


def _search(value: str, pattern: str) -> bool | None:
    """A regular expression that is plain text, with anchors perhaps."""
    plain = pattern.removeprefix("^").removesuffix("$")
    if re.search(r"[.*+?()\[\]{}|\\^$]", plain):
        return None
    if pattern.startswith("^") and pattern.endswith("$"):
        return value == plain
    if pattern.startswith("^"):
        return value.startswith(plain)
    return value.endswith(plain) if pattern.endswith("$") else plain in value
