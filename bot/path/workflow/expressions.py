"""GitHub Actions expressions (`${{ ... }}`), evaluated as far as their contexts are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.facts.words import REPO, hole

Value = str | float | bool | None
Context = Mapping[str, str | None]
"""Full name (`matrix.image`, `env.NAME`) -> text; None: known to be there, value unknown."""

MAX_LENGTH = 2_000
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_*][\w-]*|\*)|\[\s*'[^']*'\s*\])*)"
    r"|(?P<op>==|!=|<=|>=|&&|\|\||[!()<>,\[\]]))"
)


class _Unknown(Exception):
    """The expression cannot be evaluated."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part whose value is not known; `text` is the expression's own text."""

    text: str


Result = Value | Unknown


def evaluate(text: str, context: Context, failed: bool = False) -> Result:
    """The value of an expression without its braces. `failed` is the run's state for `failure()`."""
    if len(text) > MAX_LENGTH:
        return Unknown("expression")
    try:
        parser = _Parser(_tokens(text), context, failed)
        value = parser.either()
        return value if parser.at == len(parser.tokens) else Unknown(text.strip())
    except _Unknown:
        return Unknown(text.strip())


def truth(value: Result) -> bool | None:
    """Whether a result counts as true; None when it is unknown."""
    return None if isinstance(value, Unknown) else value not in (False, None, "", 0)


def fill(text: str, context: Context) -> str:
    """Text with its expressions replaced by their values; unknown ones become holes."""
    pieces: list[str] = []
    head, opening, rest = text.partition("${{")
    while opening:
        inner, closing, after = rest.partition("}}")
        if not closing:
            break
        pieces.append(head)
        value = evaluate(inner, context)
        pieces.append(hole(inner.strip()) if isinstance(value, Unknown) else text_of(value))
        head, opening, rest = after.partition("${{")
    return "".join([*pieces, head, opening, rest])


def text_of(value: Value) -> str:
    """A value as it stands in text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value


def condition(text: str) -> str:
    """The expression of an `if:`, with or without braces."""
    match = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", text, re.DOTALL)
    return match[1].strip() if match and "}}" not in match[1] else text.strip()


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _Unknown
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Parser:
    """Reads tokens by precedence: `||`, `&&`, comparison, `!`, value.

    Both sides of `||` and `&&` are read; one that is unknown counts only when the other leaves it open.
    """

    def __init__(self, tokens: list[tuple[str, str]], context: Context, failed: bool) -> None:
        self.tokens = tokens
        self.context = context
        self.failed = failed
        self.at = self.depth = 0

    def either(self) -> Result:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Unknown
        result = self.both()
        while self._take("||"):
            right = self.both()
            known = truth(result)
            if known is False:
                result = right
            elif known is None:
                result = right if truth(right) and isinstance(right, bool) else result
        self.depth -= 1
        return result

    def both(self) -> Result:
        result = self.compared()
        while self._take("&&"):
            right = self.compared()
            known = truth(result)
            if known or (known is None and truth(right) is False):
                result = right
        return result

    def compared(self) -> Result:
        left = self.single()
        for operator in ("==", "!=", "<=", ">=", "<", ">"):
            if self._take(operator):
                return _compare(left, operator, self.single())
        return left

    def single(self) -> Result:
        negations = 0
        while self._take("!"):
            negations += 1
        if negations:
            holds = truth(self.single())
            return Unknown("!") if holds is None else holds == (negations % 2 == 0)
        if self._take("("):
            value = self.either()
            self._expect(")")
            return value
        kind, text = self._next()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text)
        if kind != "name":
            raise _Unknown
        if self._take("("):
            return self._call(text)
        return self._named(text)

    def _call(self, name: str) -> Result:
        args: list[Result] = []
        while not self._take(")"):
            args.append(self.either())
            self._take(",")
        states: dict[str, bool] = {
            "always": True,
            "success": not self.failed,
            "failure": self.failed,
            "cancelled": False,
        }
        if name.lower() in states:
            return states[name.lower()]
        function = _FUNCTIONS.get(name.lower())
        texts = [None if isinstance(arg, Unknown) else text_of(arg) for arg in args]
        if function is None or any(text is None for text in texts):
            return Unknown(name)
        return function([text or "" for text in texts])

    def _named(self, name: str) -> Result:
        if name in ("true", "false"):
            return name == "true"
        if name == "null":
            return None
        name = re.sub(r"\[\s*'([^']*)'\s*\]", r".\1", name)
        if name == "github.workspace":
            return REPO
        if name in self.context:
            value = self.context[name]
            return Unknown(name) if value is None else value
        return Unknown(name)

    def _take(self, token: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == ("op", token):
            self.at += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise _Unknown

    def _next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise _Unknown
        self.at += 1
        return self.tokens[self.at - 1]


def _compare(left: Result, operator: str, right: Result) -> Result:
    if isinstance(left, Unknown) or isinstance(right, Unknown) or operator not in ("==", "!="):
        return Unknown(operator)
    # strings compare without case, a boolean as its text would (GitHub docs, "Operators")
    same = text_of(left).lower() == text_of(right).lower()
    return same == (operator == "==")


_FUNCTIONS: dict[str, Callable[[list[str]], Value]] = {
    "contains": lambda a: len(a) == 2 and a[1].lower() in a[0].lower(),
    "startswith": lambda a: len(a) == 2 and a[0].lower().startswith(a[1].lower()),
    "endswith": lambda a: len(a) == 2 and a[0].lower().endswith(a[1].lower()),
    "format": lambda a: re.sub(
        r"\{(\d)\}", lambda m: a[int(m[1]) + 1] if int(m[1]) + 1 < len(a) else "", a[0] if a else ""
    ),
}
