"""A Go end-to-end suite as a timeline: what it builds, deploys, stops, waits for, copies and removes."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bot.facts.build import GoBuild, Guard
from bot.facts.events import Copy, Deploy, Event, Report
from bot.facts.node import KindConfig
from bot.facts.workload import Workload
from bot.model import Missing
from bot.path.golang import expressions, lib_cluster, lib_system, lib_tests, lib_text, statements
from bot.path.golang.called import Caller
from bot.path.golang.calls import invoke
from bot.path.golang.ginkgo import TELLING, Node
from bot.path.golang.machine import Frame, Machine, Spent
from bot.path.golang.repo import GoRepo
from bot.path.golang.scope import Scope
from bot.path.golang.syntax import Declaration, Source, field_text, receiver_type
from bot.path.golang.values import Function, Opaque, Struct, Value

LOADED = (expressions, statements, lib_text, lib_system, lib_tests, lib_cluster)
"""The modules that register how nodes and calls are read."""

ENTRY_STEPS = 120_000
TEST_STEPS = 4_000
MAX_SUITE_FILES = 3
MAX_TEST_FILES = 6
MAX_CUT = 12
MAX_OUTSIDE = 6
"""Files of packages that do not serve tests which a suite may lead into."""
_SUITE_FILES = ("suite", "main_test", "setup", "bootstrap", "common_test", "e2e_test")
"""Parts of the names of files that hold a suite's setup, the likeliest first."""


@dataclass(frozen=True, slots=True)
class SuiteReading:
    """What a suite does: `events` is the timeline in the order of execution.

    `workloads` are all that it deploys, `kind_configs` those written inside Go code, `switches` the
    conditions that coverage hides behind, `files` the Go files that took part, most relevant first,
    `go_builds` those on the host that it calls make or a script for.
    """

    events: tuple[Event, ...] = ()
    workloads: tuple[Workload, ...] = ()
    kind_configs: tuple[KindConfig, ...] = ()
    switches: tuple[Guard, ...] = ()
    missing: tuple[Missing, ...] = ()
    files: tuple[str, ...] = ()
    go_builds: tuple[GoBuild, ...] = ()


@dataclass(slots=True, eq=False)
class _Walk:
    machine: Machine
    repo: GoRepo
    directory: str
    sources: list[Source] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


def read_suite(
    repo: GoRepo,
    directory: str,
    *,
    env: Mapping[str, str] | None = None,
    words: Collection[str] = (),
    caller: Caller | None = None,
) -> SuiteReading:
    """Read the suite of a directory: BeforeSuite, TestMain, tests and teardown, coverage switched on.

    `env` are environment variables of the run as far as they are known, `words` the service's names:
    they decide which files of a package are looked into first. `caller` is what the makes and scripts
    that the suite calls inherit from the one that runs the suite. Never raises for what a file holds.
    """
    directory = directory.strip("/")
    machine = Machine(repo, directory, env or {}, words, caller=caller)
    walk = _Walk(machine, repo, directory)
    machine.recorder.entry = directory
    repo.outside = MAX_OUTSIDE
    _walk_suite(walk)
    repo.outside = None
    return _reading(walk)


def _walk_suite(walk: _Walk) -> None:
    tests = [path for path in walk.repo.go_files(walk.directory) if path.endswith("_test.go")]
    ranked = sorted(tests, key=lambda path: (_rank(path), path))
    suites = [path for path in ranked if _rank(path) < len(_SUITE_FILES)][:MAX_SUITE_FILES]
    first = suites or ranked[:1]
    walk.repo.snapshot.prefetch(first)
    _load(walk, first)
    rest = [path for path in ranked if path not in first]
    if rest and not _has_entry(walk):
        _load(walk, rest[:MAX_TEST_FILES])
        rest = rest[MAX_TEST_FILES:]
    _run(walk)
    events = walk.machine.recorder.events
    before = len(events)
    _finish(walk)
    found = {type(event) for event in events}
    if rest and (Deploy not in found or not found & {Copy, Report}):
        teardown = events[before:]
        del events[before:]
        _more(walk, rest)
        events += teardown
        _finish(walk)


def _rank(path: str) -> int:
    name = posixpath.basename(path)
    return next((n for n, part in enumerate(_SUITE_FILES) if part in name), len(_SUITE_FILES))


def _load(walk: _Walk, paths: list[str]) -> None:
    for path in paths:
        source = walk.repo.source(path)
        if source is not None:
            walk.sources.append(source)


def _has_entry(walk: _Walk) -> bool:
    return any(
        source.blanks
        or "TestMain" in source.declared
        or any(name.startswith("Test") for name in source.declared)
        for source in walk.sources
    )


def _run(walk: _Walk) -> None:
    """The entry points in the order in which Go and Ginkgo run them."""
    m = walk.machine
    for source in walk.sources:
        for node in source.inits:
            _guarded(walk, source, partial(m.call, Function(node, source, "init"), []), "init")
    _register(walk, walk.sources)
    nodes, m.ginkgo.before = m.ginkgo.before, []
    _nodes(walk, nodes, "setup", "the suite's setup")
    for source in walk.sources:
        if "TestMain" in source.declared:
            _function(walk, source.declared["TestMain"], "setup")
    _tests(walk, walk.sources)


def _register(walk: _Walk, sources: list[Source]) -> None:
    """Evaluate `var _ = BeforeSuite(...)` and containers: they register their functions."""
    m = walk.machine
    for source in sources:
        for spec in source.blanks:
            value = spec.child_by_field_name("value")
            if value is not None:
                _guarded(walk, source, partial(m.eval, value), "a container")


def _tests(walk: _Walk, sources: list[Source]) -> None:
    m = walk.machine
    suites = [d for source in sources for d in source.declared.values() if _is_suite_method(d)]
    for declaration in suites:
        if declaration.name.endswith((".SetupSuite", ".SetupTest")):
            _function(walk, declaration, "setup")
    _nodes(walk, m.ginkgo.first, "test", "a container's setup")
    _light_nodes(walk)
    for source in sources:
        for declaration in source.declared.values():
            if declaration.kind == "func" and _is_test(declaration):
                _function(walk, declaration, "test")
    _nodes(walk, m.ginkgo.last, "teardown", "a container's teardown")
    for declaration in suites:
        if declaration.name.endswith((".TearDownSuite", ".TearDownTest")):
            _function(walk, declaration, "teardown")
    m.ginkgo = replace(m.ginkgo, first=[], tests=[], last=[], each_first=[], each_last=[])


def _light_nodes(walk: _Walk) -> None:
    """Test bodies: only what stops, copies or removes is kept."""
    m = walk.machine
    m.recorder.only, outside, walk.repo.outside = TELLING, walk.repo.outside, 0
    for nodes in (m.ginkgo.each_first, m.ginkgo.tests, m.ginkgo.each_last):
        _nodes(walk, nodes, "test", "", steps=TEST_STEPS)
    m.recorder.only, walk.repo.outside = None, outside


def _is_suite_method(declaration: Declaration) -> bool:
    return declaration.kind == "method" and declaration.name.rpartition(".")[2] in (
        "SetupSuite", "TearDownSuite", "SetupTest", "TearDownTest",
    )  # fmt: skip


def _is_test(declaration: Declaration) -> bool:
    return declaration.name.startswith("Test") and declaration.name != "TestMain"


def _nodes(walk: _Walk, nodes: list[Node], phase: str, what: str, steps: int = ENTRY_STEPS) -> None:
    m = walk.machine
    for node in nodes:
        m.recorder.phase = phase
        act = partial(invoke, m, node.function, node.args, node.place)
        _guarded(walk, node.place.source, act, what, steps)


def _function(walk: _Walk, declaration: Declaration, phase: str) -> None:
    m, source = walk.machine, declaration.source
    m.recorder.phase = phase
    receiver: Value | None = None
    if declaration.kind == "method":
        kind = f"./{walk.directory}.{receiver_type(source, declaration.node)}"
        receiver = m.receivers.setdefault(kind, Struct(kind, {}, open=True))
    arg = Opaque("t", field_text(source, declaration.node, "parameters").strip("()").rpartition("*")[2])
    function = Function(declaration.node, source, declaration.name, receiver=receiver)
    _guarded(walk, source, partial(m.call, function, [arg]), declaration.name)


def _guarded(
    walk: _Walk, source: Source, act: Callable[[], object], what: str, steps: int = ENTRY_STEPS
) -> None:
    """Run one entry point with its own allowance; what it cannot finish is said."""
    m = walk.machine
    m.allow(steps)
    try:
        with m.inside(Frame(source, walk.directory, Scope())):
            act()
    except (Spent, RecursionError):
        if what and len(walk.cut) < MAX_CUT:
            walk.cut.append(f"{what} in {source.path}")
    finally:
        m.settle()


def _more(walk: _Walk, paths: list[str]) -> None:
    """Tests may deploy and collect, too: the other test files, a few of them."""
    before = len(walk.sources)
    walk.repo.snapshot.prefetch(paths[:MAX_TEST_FILES])
    _load(walk, paths[:MAX_TEST_FILES])
    _register(walk, walk.sources[before:])
    late, walk.machine.ginkgo.before = walk.machine.ginkgo.before, []
    _nodes(walk, late, "setup", "the suite's setup")
    _tests(walk, walk.sources[before:])


def _finish(walk: _Walk) -> None:
    m = walk.machine
    after, m.ginkgo.after = m.ginkgo.after, []
    _nodes(walk, after, "teardown", "the suite's teardown")
    m.recorder.phase = "teardown"
    cleanups, m.cleanups = m.cleanups, []
    for cleanup in reversed(cleanups):
        if walk.sources:
            _guarded(walk, walk.sources[0], cleanup, "a cleanup")
    reports, m.ginkgo.reports = m.ginkgo.reports, []
    _nodes(walk, reports, "teardown", "a report")


def _reading(walk: _Walk) -> SuiteReading:
    m = walk.machine
    missing = [Missing(what, "it is too long to follow to its end") for what in walk.cut]
    unread = sorted(walk.repo.unread)[:12]
    if unread:
        names = ", ".join(unread)
        missing.append(
            Missing(f"calls of {names}", "the files that declare them were not read", needed=False)
        )
    files = dict.fromkeys((*(source.path for source in walk.sources), *m.recorder.files, *m.visited))
    return SuiteReading(
        events=tuple(replace(event, order=order) for order, event in enumerate(m.recorder.events)),
        workloads=tuple(m.recorder.workloads),
        kind_configs=tuple(m.recorder.kind_configs),
        switches=tuple(m.switches.values()),
        missing=(*m.recorder.missing, *missing),
        files=tuple(files),
        go_builds=tuple(dict.fromkeys(m.recorder.go_builds)),
    )
