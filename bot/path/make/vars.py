"""Make variables and the scopes they are looked up in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.facts.build import Guard, Setting
from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable's text; `recursive` text is expanded each time it is used.

    `origin`: `file`, `default` (set by `?=`), `command` (make NAME=VALUE) or `environment`.
    `lines` gives the place of each line of a `define`.
    """

    text: str
    recursive: bool
    origin: str = "file"
    evidence: Evidence | None = None
    guards: tuple[Guard, ...] = ()
    first_line: int | None = None
    path: str | None = None


@dataclass(slots=True)
class Scope:
    """Variables of a target over those of the target that needs it, down to the file's own.

    Looked up in make's order: command line, target, the targets above, file, environment (GNU make
    manual, "Target-specific Variable Values", "Overriding Variables").
    """

    values: dict[str, Variable] = field(default_factory=dict)
    parent: Scope | None = None
    command: Mapping[str, Setting] = field(default_factory=dict)
    environment: Mapping[str, Setting] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    export_all: bool = False

    def below(self) -> Scope:
        """A new scope for a target needed in this one."""
        return Scope(parent=self, command=self.command, environment=self.environment)

    def find(self, name: str) -> Variable | None:
        """The variable that holds, or None when it is not defined."""
        if name in self.command:
            setting = self.command[name]
            return Variable(setting.value or "", False, "command", setting.evidence, setting.guards)
        for scope in self._chain():
            if name in scope.values:
                return scope.values[name]
        if name in self.environment:
            setting = self.environment[name]
            return Variable(setting.value or "", False, "environment", setting.evidence, setting.guards)
        return None

    def exports(self) -> Iterator[str]:
        """Names that go to the environment of a recipe, without those that are there already."""
        chain = list(self._chain())
        everything = any(scope.export_all for scope in chain)
        names: dict[str, None] = dict.fromkeys(self.command)
        for scope in chain:
            names.update(dict.fromkeys(sorted(scope.exported)))
            if everything:
                names.update(dict.fromkeys(name for name in scope.values if name.isidentifier()))
            # a variable that came with the environment stays in it with its new value
            names.update(dict.fromkeys(name for name in scope.values if name in self.environment))
        yield from names

    def _chain(self) -> Iterator[Scope]:
        here: Scope | None = self
        while here is not None:
            yield here
            here = here.parent
