"""What a Makefile holds once it is read: rules, target variables, and how an assignment acts."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.facts.build import Guard
from bot.model import Evidence, Missing
from bot.path.make.expand import Expander
from bot.path.make.vars import Scope, Variable
from bot.repo.base import File


@dataclass(frozen=True, slots=True)
class RecipeLine:
    """A line of a recipe as it stands, with the conditions of the conditionals around it."""

    text: str
    file: File
    first: int
    last: int
    guards: tuple[Guard, ...] = ()


@dataclass(slots=True)
class Rule:
    """`targets: prerequisites` with its recipe. `order_only` stand behind `|`. `stems` is the pattern
    of a static pattern rule."""

    targets: tuple[str, ...]
    prerequisites: tuple[str, ...]
    evidence: Evidence
    order_only: tuple[str, ...] = ()
    static: str | None = None
    double: bool = False
    recipe: list[RecipeLine] = field(default_factory=list)
    guards: tuple[Guard, ...] = ()

    @property
    def is_pattern(self) -> bool:
        return self.static is None and any("%" in target for target in self.targets)


@dataclass(frozen=True, slots=True)
class TargetVariable:
    """`target: NAME := value`, applied when the target is made."""

    target: str
    name: str
    operator: str
    text: str
    evidence: Evidence
    export: bool
    guards: tuple[Guard, ...] = ()


@dataclass(slots=True)
class Makefile:
    """A Makefile with its includes, read for one call. `directory` is where make runs."""

    path: str
    directory: str
    scope: Scope
    expander: Expander
    rules: list[Rule] = field(default_factory=list)
    target_variables: list[TargetVariable] = field(default_factory=list)
    phony: set[str] = field(default_factory=set)
    one_shell: bool = False
    files: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    default: str | None = None


def assigned(
    expander: Expander,
    scope: Scope,
    before: Variable | None,
    name: str,
    operator: str,
    text: str,
    place: Evidence,
    guards: tuple[Guard, ...],
) -> Variable | None:
    """The variable that an assignment makes; None when it changes nothing (`?=` of a set one)."""
    guards = tuple(guard for guard in guards if guard.coverage)
    if operator == "?=":
        if before is not None or scope.find(name) is not None:
            return None
        return Variable(text, True, "default", place, guards)
    if operator == "!=":
        value = expander.text(f"$(shell {text})", scope)
        return Variable(value, False, "file", place, guards)
    if operator == "+=":
        before = before or scope.find(name)
        if before is None:
            return Variable(text, True, "file", place, guards)
        added = text if before.recursive else expander.text(text, scope)
        both = f"{before.text} {added}" if before.text else added
        return Variable(both[:60_000], before.recursive, "file", place, (*before.guards, *guards))
    if operator == "=":
        return Variable(text, True, "file", place, guards)
    return Variable(expander.text(text, scope), False, "file", place, guards)
