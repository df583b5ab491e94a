"""Conditionals of a Makefile: which branch holds, and under which condition."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.facts.build import Guard
from bot.facts.words import holes, known
from bot.model import Evidence
from bot.path.make.text import outside
from bot.path.make.vars import Scope
from bot.path.shell.state import names_coverage

OFF_WORDS = frozenset({"", "false", "0", "no", "off", "n", "none", "disabled"})

_DIRECTIVE = re.compile(r"\s*(ifeq|ifneq|ifdef|ifndef)\b\s*(.*)", re.DOTALL)
_REFERENCE = re.compile(r"\$[({](?:strip\s+)?(?:\$[({])?([A-Za-z_][\w.-]*)[)}]")


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch: `taken` (None: cannot be told) and the guard to note on what stands in it."""

    taken: bool | None
    guard: Guard | None = None

    def other(self) -> Branch:
        """The else branch."""
        if self.guard is None:
            return Branch(None if self.taken is None else not self.taken)
        guard = replace(self.guard, text=f"not ({self.guard.text})", coverage=False)
        if self.taken is None:
            return Branch(None, guard)
        return Branch(not self.taken, None if self.guard.coverage and self.taken else self.guard)


def is_conditional(text: str) -> bool:
    """Whether a line opens a conditional."""
    return _DIRECTIVE.match(text[:20_000]) is not None


def read_branch(text: str, scope: Scope, expand: Callable[[str], str], place: Evidence) -> Branch:
    """The branch that an `ifeq` or `ifdef` line opens.

    A coverage switch that the caller left open counts as on, and the guard says so. Other variables
    that are not set are empty, as in a plain run; their guard is noted too.
    """
    match = _DIRECTIVE.match(text)
    if match is None:
        return Branch(None)
    directive, rest = match[1], match[2].strip()
    if directive in ("ifdef", "ifndef"):
        return _defined(directive, expand(rest).strip(), scope, place)
    sides = _sides(rest)
    if sides is None:
        return Branch(None, Guard(text.strip(), evidence=place))
    return _compared(directive, sides, scope, expand, place)


def _defined(directive: str, name: str, scope: Scope, place: Evidence) -> Branch:
    found = scope.find(name)
    positive = directive == "ifdef"
    if found is None and names_coverage(name):
        return Branch(positive, Guard(f"{name} is set", variable=name, coverage=True, evidence=place))
    defined = found is not None and found.text.strip() != ""
    guard = None if found is not None else Guard(f"{name} is not set", variable=name, evidence=place)
    return Branch(defined == positive, guard)


def _sides(rest: str) -> tuple[str, str] | None:
    """`(a,b)`, `"a" "b"` or `'a' 'b'`."""
    if rest.startswith("("):
        inner = rest[1 : rest.rfind(")")] if ")" in rest else rest[1:]
        comma = outside(inner, ",")
        return (inner[:comma].strip(), inner[comma + 1 :].strip()) if comma >= 0 else None
    match = re.fullmatch(r"""\s*(["'])(.*?)\1\s+(["'])(.*?)\3\s*""", rest, re.DOTALL)
    return (match[2], match[4]) if match else None


def _compared(
    directive: str, sides: tuple[str, str], scope: Scope, expand: Callable[[str], str], place: Evidence
) -> Branch:
    left, right = expand(sides[0]), expand(sides[1])
    equal = directive == "ifeq"
    sign = "==" if equal else "!="
    open_names = [name for side in sides for name in _REFERENCE.findall(side) if _is_open(name, scope)]
    switch = next((name for name in open_names if names_coverage(name)), None)
    if switch is not None:
        other = right if switch in sides[0] else left
        on = other.strip().lower() not in OFF_WORDS
        # the branch that holds with coverage on: equal to a value that means on, or not to one of off
        taken = on == equal
        return Branch(
            taken,
            Guard(f"{switch} {sign} {other!r}", variable=switch, value=other, coverage=True, evidence=place),
        )
    if not known(left) or not known(right):
        if left == right and holes(left):
            return Branch(equal)
        return Branch(None, Guard(f"{sides[0]} {sign} {sides[1]}", evidence=place))
    guard = (
        Guard(f"{open_names[0]} is not set", variable=open_names[0], evidence=place) if open_names else None
    )
    return Branch((left == right) == equal, guard)


def _is_open(name: str, scope: Scope) -> bool:
    """Whether the caller may still decide: not set at all, or a switch with a default of off."""
    found = scope.find(name)
    if found is None:
        return True
    return found.origin == "default" and names_coverage(name) and found.text.strip().lower() in OFF_WORDS
