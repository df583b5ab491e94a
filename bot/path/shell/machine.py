"""What one reading of shell text keeps: its tree, scope, functions, traps, and what was collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tree_sitter import Node

from bot.facts.build import Setting, ShellTest
from bot.model import Evidence, Missing
from bot.path.commands.command import Command
from bot.path.shell.state import Defaults, Outcome, Scope, Way, both, settings, speaks_of_coverage
from bot.path.shell.tree import MAX_TEXT, ShellTree, parse_shell, span
from bot.path.shell.words import Expander, fields

MAX_COMMANDS = 2_000
MAX_STEPS = 20_000
MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """A command with the tests that lead to it.

    `taken`: reached with the known values (False: certainly not, None: cannot be told). `assigns`
    names the variable that takes its output (`POD=$(kubectl get pods ...)`).
    """

    command: Command
    tests: tuple[ShellTest, ...]
    taken: bool | None
    assigns: str | None = None


@dataclass(frozen=True, slots=True)
class _Function:
    tree: ShellTree
    offset: int
    body: Node


@dataclass(slots=True)
class Machine:
    """The state of a reading. `run` reads one statement; `evidence` knows the lines of its text."""

    tree: ShellTree
    at: Callable[[int, int], Evidence]
    offset: int
    scope: Scope
    base_env: tuple[Setting, ...]
    entry: str
    run: Callable[[Machine, Node, Way], Outcome]
    defaults: Defaults = field(default_factory=Defaults)
    commands: list[ShellCommand] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    functions: dict[str, _Function] = field(default_factory=dict)
    calling: list[str] = field(default_factory=list)
    traps: list[tuple[str, Node, ShellTree, int]] = field(default_factory=list)
    printed: list[str | None] | None = None
    """What a command substitution prints so far (None: unknown text); None outside of one."""
    locals: list[dict[str, str | None]] = field(default_factory=list)
    directories: list[str | None] = field(default_factory=list)
    steps: int = 0
    depth: int = 0

    def evidence(self, node: Node) -> Evidence:
        """The lines of a node."""
        first, last = span(node)
        return self.at(first + self.offset, last + self.offset)

    def expander(self) -> Expander:
        return Expander(self.tree, self.scope, self.defaults, self.substitute)

    def fill(self, text: str) -> str:
        """A word as a plain run has it, for directories and redirects."""
        return self.defaults.fill(text, [])

    def give_up(self, what: str, reason: str, node: Node, *, needed: bool | None = None) -> None:
        """Note a part that was not read; needed when it speaks of coverage or builds Go."""
        text = self.tree.text(node)[:MAX_TEXT]
        telling = speaks_of_coverage(text) or "go build" in text
        gap = Missing(
            what, reason, needed=telling if needed is None else needed, evidence=self.evidence(node)
        )
        if gap not in self.missing and len(self.missing) < 50:
            self.missing.append(gap)

    def emit(self, argv: tuple[str, ...], node: Node, way: Way, words: Expander, own: list[Setting]) -> None:
        """Collect a command as it stands, `own` being the variables set on its line."""
        if len(self.commands) >= MAX_COMMANDS:
            self.give_up("the rest of a shell text", f"it runs more than {MAX_COMMANDS} commands", node)
            self.steps = MAX_STEPS + 2
            return
        guards = list(way.guards)

        def fill(text: str) -> str:
            return self.defaults.fill(text, guards)

        filled = tuple(field for word in argv for field in fields(word, fill))
        for name in words.used:
            guards.extend(self.scope.origins.get(name, ()))
        guards.extend(words.conditions)
        place = self.evidence(node)
        inherited = settings(self.base_env, self.scope, self.fill, place)
        names = {setting.name for setting in own}
        env = (*(s for s in inherited if s.name not in names), *own)
        command = Command(
            argv=filled,
            evidence=place,
            env=env,
            cwd=self.scope.cwd,
            guards=tuple(dict.fromkeys(guards)),
            stdin=None if way.stdin is None else fill(way.stdin),
            stdin_evidence=way.stdin_evidence,
            stdin_file=way.stdin_file,
            piped_from=way.piped_from,
            redirect=way.redirect,
            phase=way.phase,
            entry=self.entry,
            ignore_errors=way.ignore_errors,
        )
        taken = both(way.taken, None if self.scope.doubtful else True)
        tests = tuple(dict.fromkeys((*self.scope.settled, *way.tests)))
        self.commands.append(ShellCommand(command, tests, taken, way.assigns))

    def substitute(self, node: Node) -> str | None:
        """What `$(...)` gives, where that is plain to see; its commands are collected either way."""
        outer, saved = self.printed, self.scope
        self.printed, self.scope = [], self.scope.copy()
        try:
            for child in node.children:
                if child.is_named and child.type != "comment":
                    self.run(self, child, self.inner_way)
            parts = self.printed
        finally:
            self.printed, self.scope = outer, saved
        if not parts or any(part is None for part in parts):
            return None
        return "\n".join(part for part in parts if part is not None).rstrip("\n")

    inner_way: Way = field(default_factory=Way)
    """The way of the statement whose words are being expanded."""

    @contextmanager
    def reading(self, tree: ShellTree, offset: int) -> Iterator[None]:
        """Read nodes of another tree for a while: a trap's text, a function of an outer text."""
        saved = self.tree, self.offset
        self.tree, self.offset = tree, offset
        try:
            yield
        finally:
            self.tree, self.offset = saved

    def sequence(self, nodes: Iterable[Node], way: Way) -> Outcome:
        """Statements one after the other, until one of them leaves."""
        outcome = Outcome()
        for node in nodes:
            if self.scope.ended is not None:
                break
            outcome = self.run(self, node, way)
        return outcome

    def text_of(self, nodes: list[Node]) -> str:
        """The source of several statements, a line each."""
        return "\n".join(self.tree.text(node) for node in nodes)

    def aside(self, node: Node, way: Way) -> None:
        """Read a part that is not reached: its commands are noted, its effects are not."""
        saved = self.scope
        self.scope = saved.copy()
        self.run(self, node, way)
        self.scope = saved

    def leave_loop(self) -> None:
        """A `break` or `continue` has done its work."""
        if self.scope.ended == "break":
            self.scope.ended = None

    def define(self, name: str, body: Node) -> None:
        self.functions[name] = _Function(self.tree, self.offset, body)

    def run_text(self, text: str, node: Node, way: Way) -> None:
        """Read text that a trap or eval runs; its lines count from the node's."""
        if len(text) > MAX_TEXT:
            self.give_up("an inline script", f"it is longer than {MAX_TEXT} characters", node)
            return
        inner = parse_shell(text)
        with self.reading(inner, self.offset + node.start_point[0]):
            self.run(self, inner.root, way)
