"""Reads shell text as far as it can be told without running it: which commands run, with which words.

Used for RUN in Dockerfiles, make recipes, scripts, workflow steps and `sh -c` strings. Nothing is
executed; text is bounded in size, nesting, steps and commands, and broken text never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.facts.build import Guard, Setting
from bot.facts.words import hole
from bot.model import Evidence, Missing
from bot.path.shell.flow import run
from bot.path.shell.machine import Machine, ShellCommand
from bot.path.shell.state import Scope, Way, certain
from bot.path.shell.tree import MAX_TEXT, parse_shell

__all__ = ["ShellCommand", "ShellReading", "read_shell"]


@dataclass(frozen=True, slots=True)
class ShellReading:
    """The commands in the order in which they run (those not taken stand where they would), the parts
    that were not read, and the variables as left at the end (None: unknown)."""

    commands: tuple[ShellCommand, ...]
    missing: tuple[Missing, ...]
    variables: dict[str, str | None]


def read_shell(
    text: str,
    at: Callable[[int, int], Evidence],
    *,
    variables: Mapping[str, str | None] | None = None,
    cwd: str | None = "",
    guards: tuple[Guard, ...] = (),
    phase: str = "setup",
    entry: str = "",
    base_env: tuple[Setting, ...] = (),
    first_line: int = 1,
    complete: bool = False,
) -> ShellReading:
    """Read shell text.

    `at(first, last)` makes Evidence for lines of the text's file, of which the text's first line is
    `first_line`. `variables`: a string is known ("" is empty), None unknown. Other names are unknown,
    or unset when `complete` says that `variables` and `base_env` are all there are. `base_env` are
    exported variables; they reach every command's environment. `cwd` is repo-relative ("" is the
    root), absolute, or None.

    A test of an unknown variable whose name speaks of coverage, or that guards a branch that does,
    counts as coverage being on: that branch is taken under a Guard with `coverage`, the other is not.
    Any other unknown test leaves both branches with `taken` None. `${NAME:-x}` with NAME unknown is
    unknown to tests, and `x` to commands, under a Guard that says NAME is not set.
    """
    if len(text) > MAX_TEXT:
        gap = Missing(
            "a shell text", f"it is longer than {MAX_TEXT} characters", evidence=at(first_line, first_line)
        )
        return ShellReading((), (gap,), dict(variables or {}))
    tree = parse_shell(text)
    scope = _scope(variables or {}, base_env, cwd, complete)
    machine = Machine(tree, at, first_line - 1, scope, base_env, entry, run)
    way = Way(guards=guards, phase=phase)
    run(machine, tree.root, way)
    _run_traps(machine, way)
    return ShellReading(tuple(machine.commands), tuple(machine.missing), _left(machine))


def _scope(
    variables: Mapping[str, str | None], base_env: tuple[Setting, ...], cwd: str | None, complete: bool
) -> Scope:
    scope = Scope(dict(variables), cwd, complete)
    for setting in base_env:
        scope.values.setdefault(setting.name, setting.value)
        scope.places[setting.name] = setting.evidence
        scope.exported.add(setting.name)
        scope.origins[setting.name] = tuple(guard for guard in setting.guards if guard.coverage)
    return scope


def _run_traps(machine: Machine, way: Way) -> None:
    """What `trap ... EXIT` runs comes last."""
    traps, machine.traps = machine.traps, []
    machine.scope.ended = None
    machine.scope.doubtful = False
    for text, node, tree, offset in traps:
        with machine.reading(tree, offset):
            machine.run_text(text, node, replace(way, phase="teardown"))


def _left(machine: Machine) -> dict[str, str | None]:
    """Variables at the end; arrays as one string of words."""
    result: dict[str, str | None] = {}
    for name, value in machine.scope.values.items():
        result[name] = value if value is None or certain(value) else machine.fill(value)
        if result[name] == hole(name):
            result[name] = None
    for name, items in machine.scope.arrays.items():
        result[name] = machine.fill(" ".join(items))
    return result
