"""Expands make text: variables, substitution references, functions. Never runs anything."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from bot.facts.build import Guard
from bot.facts.words import clean_path, hole, holes, known
from bot.path.make.functions import TEXT_FUNCTIONS, absolute, shell_value, split, substitute
from bot.path.make.vars import Scope, Variable
from bot.path.shell.state import names_coverage

MAX_TEXT = 60_000
"""Characters an expansion may grow to; what is longer is unknown."""

MAX_STEPS = 60_000
"""References one Makefile may expand: variables that double each other end here."""

MAX_PRODUCED = 20_000_000
"""Characters that all expansions of one Makefile may make together."""

MAX_DEPTH = 40

_OFF = frozenset({"", "false", "0", "no", "off", "n", "disabled"})
_CLOSE = {"(": ")", "{": "}"}


@dataclass(slots=True)
class Expander:
    """Expands text in a scope. `files` are the repo's paths, `directory` where make runs.

    `used` gathers the conditions under which the variables used were set. `evaluate` gets the text of
    `$(eval ...)`.
    """

    files: Collection[str]
    directory: str = ""
    evaluate: Callable[[str, Variable | None], None] | None = None
    steps: int = 0
    produced: int = 0
    used: list[Guard] = field(default_factory=list)

    def text(
        self, text: str, scope: Scope, auto: Mapping[str, str] | None = None, *, empty: bool = False
    ) -> str:
        """Expand. An undefined variable is a hole, or "" with `empty` (as in a condition)."""
        return self._expand(text, scope, auto or {}, empty, 0)

    def _expand(self, text: str, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int) -> str:
        if "$" not in text:
            return text
        if depth > MAX_DEPTH:
            return hole("?")
        pieces: list[str] = []
        at = size = 0
        while at < len(text):
            dollar = text.find("$", at)
            if dollar < 0 or dollar + 1 >= len(text):
                pieces.append(text[at:])
                break
            pieces.append(text[at:dollar])
            piece, at = self._reference(text, dollar + 1, scope, auto, empty, depth)
            pieces.append(piece)
            size += len(piece)
            self.produced += len(piece)
            if size > MAX_TEXT or self.produced > MAX_PRODUCED:
                return hole("too long")
        return "".join(pieces)

    def _reference(
        self, text: str, at: int, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int
    ) -> tuple[str, int]:
        """The value of the reference that begins behind a `$`, and the index behind it."""
        letter = text[at]
        if letter == "$":
            return "$", at + 1
        if letter not in _CLOSE:
            return self._variable(letter, scope, auto, empty, depth), at + 1
        end = _closing(text, at)
        self.steps += 1
        if self.steps > MAX_STEPS:
            return hole("too much"), end + 1
        return self._inner(text[at + 1 : end], scope, auto, empty, depth), end + 1

    def _inner(self, inner: str, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int) -> str:
        name, blank, rest = _head(inner)
        if blank and (name in TEXT_FUNCTIONS or name in _SPECIAL):
            return self._function(name, rest, scope, auto, empty, depth + 1)
        if inner.startswith("cvh_") or (blank and not name.isidentifier()):
            return hole(inner)
        whole = self._expand(inner, scope, auto, empty, depth + 1) if "$" in inner else inner
        if "=" in whole and ":" in whole and whole.index(":") < whole.index("="):
            variable, _, change = whole.partition(":")
            old, _, new = change.partition("=")
            return substitute(self._variable(variable, scope, auto, empty, depth), old, new)
        return self._variable(whole.strip(), scope, auto, empty, depth)

    def _variable(self, name: str, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int) -> str:
        if name in auto:
            return auto[name]
        found = scope.find(name)
        if found is None:
            return "" if empty or not name or name in "@<^+*?%|" else hole(name)
        self.used.extend(guard for guard in found.guards if guard.coverage)
        value = found.text
        if found.recursive:
            value = self._expand(found.text, scope, auto, empty, depth + 1)
        if not empty and found.origin == "default" and names_coverage(name) and value.lower() in _OFF:
            return hole(name)  # a coverage switch that is off unless asked for: read with coverage on
        return value

    def _function(
        self, name: str, rest: str, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int
    ) -> str:
        if name in TEXT_FUNCTIONS:
            count, function = TEXT_FUNCTIONS[name]
            args = [self._expand(arg, scope, auto, empty, depth) for arg in arguments(rest, count)]
            return function(args + [""] * (count - len(args)))
        if name in ("if", "or", "and"):
            return self._choice(name, rest, scope, auto, empty, depth)
        if name == "foreach":
            return self._foreach(rest, scope, auto, empty, depth)
        if name == "call":
            return self._call(rest, scope, auto, empty, depth)
        value = self._expand(rest, scope, auto, empty, depth)
        if name == "shell":
            return shell_value(value, self.directory)
        if name == "wildcard":
            return self._wildcard(value)
        if name in ("abspath", "realpath"):
            return absolute(value, self.directory)
        if name in ("origin", "flavor", "value"):
            return _about(name, scope.find(value.strip()))
        if name == "eval" and self.evaluate is not None:
            self.evaluate(value, self._called(rest, scope))
        return ""

    def _choice(
        self, name: str, rest: str, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int
    ) -> str:
        """`$(if c,a,b)`, `$(or a,b)`, `$(and a,b)`; an unknown coverage switch counts as on."""
        args = arguments(rest, 3 if name == "if" else 50)

        def value(text: str, plain: bool = False) -> str:
            return self._expand(text, scope, auto, plain or empty, depth).strip()

        if name == "if":
            condition = value(args[0], plain=True)
            if not condition and (switch := _switch(args[0])):
                self.used.append(Guard(f"{switch} is set", variable=switch, coverage=True))
                condition = switch
            return value(args[1] if condition else args[2]) if len(args) > (1 if condition else 2) else ""
        result = ""
        for index, arg in enumerate(args):
            result = value(arg, plain=index + 1 < len(args))
            if bool(result) == (name == "or"):
                break
        return result

    def _foreach(self, rest: str, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int) -> str:
        args = arguments(rest, 3)
        if len(args) < 3:
            return ""
        name = self._expand(args[0], scope, auto, empty, depth).strip()
        items = split(self._expand(args[1], scope, auto, empty, depth))[:200]
        return " ".join(self._expand(args[2], scope, {**auto, name: item}, empty, depth) for item in items)

    def _call(self, rest: str, scope: Scope, auto: Mapping[str, str], empty: bool, depth: int) -> str:
        name, *args = [self._expand(arg, scope, auto, empty, depth) for arg in arguments(rest, 50)]
        found = scope.find(name.strip())
        if found is None:
            return hole(f"call {name.strip()}")
        given = {str(index): value for index, value in enumerate(args, start=1)}
        missing = {str(index): "" for index in range(len(args) + 1, 10)}
        return self._expand(found.text, scope, {**auto, **missing, **given, "0": name}, empty, depth + 1)

    def _called(self, rest: str, scope: Scope) -> Variable | None:
        """The variable whose text `$(eval $(call NAME,...))` evaluates: it holds the lines."""
        text = rest.strip()
        if not text.startswith(("$(call ", "${call ")):
            return None
        return scope.find(arguments(text[7:].rstrip(")}"), 50)[0].strip())

    def _wildcard(self, patterns: str) -> str:
        found: list[str] = []
        for pattern in split(patterns)[:50]:
            path = clean_path(posixpath.join(self.directory, pattern))
            if known(path) and len(path) < 300:
                names = fnmatch.filter(self.files, path) if "*" in path or "?" in path else [path]
                found.extend(sorted(set(names) & set(self.files)) if "*" not in path else sorted(names))
        return " ".join(
            name.removeprefix(self.directory + "/" if self.directory else "") for name in found[:500]
        )


_SPECIAL = frozenset(
    {"if", "or", "and", "foreach", "call", "shell", "wildcard", "abspath", "realpath", "origin", "flavor"}
    | {"value", "eval"}
)


def _head(inner: str) -> tuple[str, str, str]:
    """A function's name, the blank behind it and its arguments."""
    for index, letter in enumerate(inner[:40]):
        if letter in " \t\n":
            return inner[:index], letter, inner[index + 1 :].lstrip(" \t\n")
        if letter in "$(){}:=,":
            break
    return inner, "", ""


def _closing(text: str, start: int) -> int:
    """The index of the bracket that closes the one at `start`; the text's end when there is none."""
    opening, closing, depth = text[start], _CLOSE[text[start]], 0
    for index in range(start, len(text)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closing:
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def arguments(text: str, count: int) -> list[str]:
    """Function arguments split at commas outside brackets; the last takes the rest."""
    found: list[str] = []
    depth, start = 0, 0
    for index, letter in enumerate(text):
        if letter in "({":
            depth += 1
        elif letter in ")}":
            depth -= 1
        elif letter == "," and depth == 0 and len(found) + 1 < count:
            found.append(text[start:index])
            start = index + 1
    return [*found, text[start:]]


def _about(name: str, found: Variable | None) -> str:
    """`$(origin X)`, `$(flavor X)`, `$(value X)`."""
    if name == "value":
        return found.text if found is not None else ""
    if found is None:
        return "undefined"
    if name == "flavor":
        return "recursive" if found.recursive else "simple"
    return {"command": "command line", "environment": "environment"}.get(found.origin, "file")


def _switch(condition: str) -> str | None:
    """The coverage switch a condition asks for, or None."""
    names = [name for name in holes(condition.replace("(", "{").replace(")", "}")) if names_coverage(name)]
    return names[0] if names else None
