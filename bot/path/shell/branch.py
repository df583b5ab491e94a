"""Branches on what cannot be told: coverage switches count as on, the rest stays open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.facts.build import Guard, ShellTest
from bot.model import Evidence
from bot.path.shell.machine import Machine
from bot.path.shell.state import Outcome, Scope, Way, merge, names_coverage, speaks_of_coverage

_OFF = frozenset({"false", "0", "no", "off", "disabled", ""})
_FAILS = re.compile(r"(^|[\s;{&|])(exit|return)\s+[1-9]\d*\s*;?\s*(}|\)|fi|$)")


@dataclass(frozen=True, slots=True)
class Fork:
    """A test of unknown outcome and both ways out of it."""

    yes: Guard
    no: Guard
    yes_taken: bool | None
    no_taken: bool | None


def fork(outcome: Outcome, condition: str, place: Evidence, yes_text: str, no_text: str) -> Fork:
    """Decide which side is the one with coverage on, if the test is about coverage at all."""
    test = next((t for t in outcome.tests if t.result is None), None)
    variable = test.variable if test else None
    value = test.operand if test and test.operator in ("=", "==", "case") else None
    condition = " ".join(condition.split())[:200]
    side = _coverage_side(test, yes_text, no_text)
    no_condition = condition.removeprefix("! ") if condition.startswith("! ") else f"not ({condition})"
    yes = Guard(condition, variable, value, side == "yes", _fails(yes_text), place)
    no = Guard(no_condition, variable, None, side == "no", _fails(no_text), place)
    if side is None:
        return Fork(yes, no, None, None)
    return Fork(yes, no, side == "yes", side == "no")


def _fails(text: str) -> bool:
    """Whether a branch ends in a failure: it is the way out of an error."""
    return _FAILS.search(text[-200:].rstrip()) is not None


def _coverage_side(test: ShellTest | None, yes_text: str, no_text: str) -> str | None:
    operand = (test.operand or "") if test else ""
    if test is not None and (names_coverage(test.variable) or "cover" in operand.lower()):
        return "yes" if _switched_on(test) else "no"
    if test is None or test.variable is None:
        return None
    told = speaks_of_coverage(yes_text), speaks_of_coverage(no_text)
    if told == (True, False):
        return "yes"
    return "no" if told == (False, True) else None


def _switched_on(test: ShellTest) -> bool:
    """Whether the test holds when coverage is on."""
    off = (test.operand or "").strip().lower() in _OFF
    if test.operator in ("!=", "-ne"):
        return off
    if test.operator == "-z":
        return False
    return not off if test.operator in ("=", "==", "-eq", "case") else True


@dataclass(slots=True)
class Branches:
    """Runs the branches of one statement on copies of the scope and merges what may have run."""

    machine: Machine
    start: Scope
    rest: Way
    may_fall: bool = True
    """Whether the statement may end without any branch having run."""
    live: list[Scope] | None = None
    certain: bool = False

    def branch(self, way: Way, body: Callable[[Way], None], bind: ShellTest | None = None) -> None:
        """Run one branch; its scope counts unless it is certainly not taken."""
        machine = self.machine
        machine.scope = self.start.copy()
        if bind is not None and bind.variable and bind.operand is not None:
            machine.scope.values[bind.variable] = bind.operand
        body(way)
        if bind is not None and bind.variable and machine.scope.values.get(bind.variable) == bind.operand:
            _unbind(machine.scope, self.start, bind.variable)
        if way.taken is not False or self.rest.taken is False:
            self.live = [*(self.live or []), machine.scope]
        machine.scope = self.start

    def finish(self) -> None:
        """Make the merged scope the machine's own."""
        scopes = [*(self.live or []), *([self.start] if self.may_fall else [])]
        going = [scope for scope in scopes if scope.ended is None]
        ended = [scope for scope in scopes if scope.ended is not None]
        if not going:
            self.machine.scope = (ended or [self.start])[0]
            return
        self.machine.scope = merge(going) if len(going) > 1 else going[0]
        if any(scope.ended in ("ok", "return") for scope in ended):
            self.machine.scope.doubtful = True


def _unbind(scope: Scope, start: Scope, name: str) -> None:
    """Forget what a test said of a variable once its branch is over."""
    if name in start.values:
        scope.values[name] = start.values[name]
    else:
        scope.values.pop(name, None)


def bindable(outcome: Outcome) -> ShellTest | None:
    """The single `NAME = text` test that says what NAME is inside the branch."""
    if len(outcome.tests) != 1 or outcome.result is not None:
        return None
    test = outcome.tests[0]
    plain = test.operator in ("=", "==") and re.search(r"[*?\[$\ue001]", test.operand or "*") is None
    named = re.fullmatch(r"[A-Za-z_]\w*", test.variable or "") is not None
    return test if plain and named else None
