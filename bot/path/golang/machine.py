"""The reader's machine: what it knows while it walks through a suite, and how far it goes.

It executes Go function bodies on values known in part. `bot.path.golang.expressions` and `statements`
register how each kind of syntax node is treated; the library modules what calls out of the repo mean.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from tree_sitter import Node

from bot.facts.build import Guard
from bot.facts.events import Event
from bot.path.golang.called import CalledRuns, Caller
from bot.path.golang.ginkgo import Suite
from bot.path.golang.recorder import Recorder
from bot.path.golang.repo import GoRepo
from bot.path.golang.scope import Journal, Scope
from bot.path.golang.syntax import Source
from bot.path.golang.values import (
    Fault,
    Function,
    List,
    Many,
    Map,
    Opaque,
    Place,
    Scalar,
    Struct,
    Test,
    Text,
    Value,
    place_of,
)

MAX_DEPTH = 130
MAX_CALLS = 30
MAX_STEPS = 250_000
MAX_TOTAL = 300_000
"""Steps of all entry points of a suite together; the largest suites met take a third."""
MAX_SECONDS = 8.0
"""A net below the steps, for values that are slow to work with: what is read must not hang on the load."""
MAX_REPEATS = 2


class Flow(Enum):
    """How a statement ends."""

    NEXT = "next"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"


class Spent(Exception):
    """The steps or seconds of one reading are used up."""


@dataclass(slots=True, eq=False)
class Returned:
    """One return statement that was reached."""

    value: Value
    guards: tuple[Guard, ...]
    certain: bool


@dataclass(slots=True, eq=False)
class Frame:
    """One function being walked."""

    source: Source
    directory: str
    scope: Scope
    name: str = ""
    node: Node | None = None
    called_at: Place | None = None
    guards: tuple[Guard, ...] = ()
    doubts: int = 0
    """How many branches with unknown outcome we are inside of."""
    returns: list[Returned] = field(default_factory=list)
    deferred: list[Callable[[], object]] = field(default_factory=list)
    results: tuple[str, ...] = ()
    sticky: list[Guard] = field(default_factory=list)


Evaluate = Callable[["Machine", Node], Value]
Execute = Callable[["Machine", Node], Flow]
EXPRESSIONS: dict[str, Evaluate] = {}
STATEMENTS: dict[str, Execute] = {}


class Machine:
    """The state of one reading."""

    def __init__(
        self,
        repo: GoRepo,
        directory: str,
        env: Mapping[str, str],
        words: Collection[str],
        events_of: Callable[..., tuple[Event, ...]] | None = None,
        caller: Caller | None = None,
    ) -> None:
        self.repo = repo
        self.directory = directory
        self.env = dict(env)
        self.words = words
        self.cwd: str | None = directory
        self.set_env: dict[str, Text] = {}
        self.guards: tuple[Guard, ...] = ()
        self.journal = Journal()
        self.frames: list[Frame] = []
        self.globals: dict[str, Scope] = {}
        self.switches: dict[tuple[str, str | None], Guard] = {}
        self.recorder = Recorder(self, events_of)
        self.called = CalledRuns(repo.snapshot, caller or Caller(), tuple(words))
        self.cleanups: list[Callable[[], object]] = []
        self.quiet = 0
        self.selected: str | None = None
        """What the last look at the cluster inside a poll selected."""
        self.polled: list[Function] = []
        """Functions of the repo called inside the current poll."""
        self.ginkgo = Suite()
        self.finishing: list[Callable[[], object]] = []
        self.receivers: dict[str, Value] = {}
        self.visited: dict[str, None] = {}
        self._steps = 0
        self._total = 0
        self._depth = 0
        self._limit = MAX_STEPS
        self._deadline = time.monotonic() + MAX_SECONDS

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def allow(self, steps: int) -> None:
        """A fresh allowance of steps for the next entry point; MAX_TOTAL and the seconds are for all."""
        self._steps, self._limit = 0, steps

    def settle(self) -> None:
        """Leave every function, also after a walk that was cut short."""
        self.frames.clear()
        self.guards, self._depth, self.quiet = (), 0, 0

    def _tick(self) -> None:
        self._steps += 1
        self._total += 1
        if self._steps > self._limit or self._total > MAX_TOTAL:
            raise Spent
        if self._total & 0xFF == 0 and time.monotonic() > self._deadline:
            self._total = MAX_TOTAL
            raise Spent

    def eval(self, node: Node) -> Value:
        """The value of an expression."""
        self._tick()
        handler = EXPRESSIONS.get(node.type)
        if handler is None or self._depth >= MAX_DEPTH:
            return self.opaque(node)
        self._depth += 1
        try:
            return handler(self, node)
        finally:
            self._depth -= 1

    def run(self, node: Node) -> Flow:
        """Execute a statement."""
        self._tick()
        handler = STATEMENTS.get(node.type)
        if handler is None or self._depth >= MAX_DEPTH:
            return Flow.NEXT
        self._depth += 1
        try:
            return handler(self, node)
        finally:
            self._depth -= 1

    def text(self, node: Node) -> str:
        return self.frame.source.text(node)

    def place(self, node: Node) -> Place:
        return place_of(self.frame.source, node)

    def opaque(self, node: Node) -> Opaque:
        """An unknown value named after its source text."""
        text = self.text(node)[:400].split("\n")[0]
        return Opaque(" ".join(text.split())[:60], place=self.place(node))

    @contextmanager
    def under(self, guard: Guard, *, doubtful: bool) -> Iterator[None]:
        """Walk something that stands behind a condition."""
        before, frame = self.guards, self.frame
        self.guards = (*before, guard) if guard not in before else before
        frame.doubts += doubtful
        try:
            yield
        finally:
            self.guards = before
            frame.doubts -= doubtful

    def fresh(self, base: tuple[Guard, ...]) -> tuple[Guard, ...]:
        """The guards that hold now on top of those that held before, error paths left out."""
        return tuple(guard for guard in self.guards if guard not in base and not guard.error_path)

    def declare(self, name: str, value: Value) -> None:
        """Put a new variable in the innermost scope."""
        if name != "_":
            self.journal.set(self.frame.scope, name, value)

    def assign(self, name: str, value: Value) -> None:
        """Assign to an existing variable, local or of the package."""
        if name == "_":
            return
        scope = self.frame.scope.find(name)
        if scope is None:
            scope = self.global_scope(self.frame.directory)
        old = scope.names.get(name)
        if isinstance(old, Test) and old.kind == "coverage" and _unknowing(value):
            return
        switched = tuple(guard for guard in self.fresh(scope.guards) if guard.coverage)
        self.journal.set(scope, name, depending(value, switched))

    def global_scope(self, directory: str) -> Scope:
        """The package-level variables seen so far."""
        return self.globals.setdefault(directory, Scope())

    @contextmanager
    def inside(self, frame: Frame) -> Iterator[Frame]:
        """Walk in another frame."""
        self.frames.append(frame)
        try:
            yield frame
        finally:
            self.frames.pop()

    @contextmanager
    def block(self) -> Iterator[None]:
        """Walk in a nested scope."""
        frame = self.frame
        outer = frame.scope
        frame.scope = Scope(outer, self.guards)
        try:
            yield
        finally:
            frame.scope = outer

    def call(self, function: Function, args: list[Value], at: Place | None = None) -> Value:
        """Execute a function of the repo in place and give what it returns."""
        body = function.node.child_by_field_name("body")
        again = sum(frame.node == function.node for frame in self.frames)
        if body is None or again >= MAX_REPEATS or len(self.frames) >= MAX_CALLS:
            return Opaque(f"{function.name or 'func'}()", place=at)
        from bot.path.golang.functions import bind, settle

        frame = Frame(
            source=function.source,
            directory=_directory(function.source),
            scope=Scope(function.scope, self.guards),
            name=function.name,
            node=function.node,
            called_at=at,
            guards=self.guards,
        )
        before = self.guards
        self.visited[function.source.path] = None
        if len(self.polled) < 8:
            self.polled.append(function)
        try:
            with self.inside(frame):
                bind(self, function, args)
                flow = self.run(body)
                for deferred in reversed(frame.deferred):
                    deferred()
                return settle(self, frame, flow)
        finally:
            self.guards = before

    def switch(self, guard: Guard) -> None:
        """Remember a coverage switch that was met."""
        self.switches.setdefault((guard.variable or guard.text, guard.value), guard)

    def trail(self) -> tuple[Place, ...]:
        """The calls that led here, innermost first."""
        return tuple(frame.called_at for frame in reversed(self.frames) if frame.called_at is not None)


def _directory(source: Source) -> str:
    return source.path.rpartition("/")[0]


def _unknowing(value: Value) -> bool:
    return isinstance(value, Opaque) or (isinstance(value, Test) and value.kind == "open")


def depending(value: Value, guards: tuple[Guard, ...]) -> Value:
    """A value under guards; one with parts only under those that held when it was made.

    Parts that were added later carry their own guards.
    """
    if isinstance(value, (List, Map, Struct)):
        guards = tuple(guard for guard in guards if guard in value.base)
    return value.under(guards) if guards else value


def truth(value: Value) -> bool | None:
    """A known truth value, or None."""
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return value.value
    return None


def first_of(value: Value) -> Value:
    """The first of several results, else the value itself."""
    return value.values[0] if isinstance(value, Many) and value.values else value


def is_nil(value: Value) -> bool:
    """Whether it is known to be nil."""
    return isinstance(value, Scalar) and value.value is None


def no_error(place: Place | None = None) -> Fault:
    return Fault(place=place)
