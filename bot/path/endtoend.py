"""The end-to-end run of a service: one timeline from what starts it, its suite spliced in.

People start a run in some way (a make target, a script, a workflow) which builds, creates the
cluster and calls `go test` or `ginkgo`; the suite does the rest. Both are read and put in order.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.facts.build import GoBuild, Guard
from bot.facts.events import ClusterCreate, Copy, Event, GoTest, ImageBuild, Report, Stop
from bot.facts.node import KindConfig
from bot.facts.words import known
from bot.facts.workload import Workload
from bot.model import Link, Missing, Service
from bot.path.golang import Caller, GoRepo, SuiteReading, read_suite
from bot.path.inventory import Inventory
from bot.path.names import path_likeness, resolve
from bot.path.runs import EntryPoint, RunReader, RunReading, entry_points
from bot.repo.base import Snapshot

_HELPERS = frozenset({"common", "internal", "util", "utils", "helper", "helpers", "framework", "testutil"})
"""Folders of what suites share: their tests are no end-to-end tests."""

MAX_ENTRIES = 3
ENOUGH = 6
"""The worth of an entry point that runs the service's own suite and reports or copies: no other is read."""


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """The run as it was read: events in order, what the suite deploys, and where it all stands."""

    timeline: tuple[Event, ...] = ()
    workloads: tuple[Workload, ...] = ()
    kind_configs: tuple[KindConfig, ...] = ()
    go_builds: tuple[GoBuild, ...] = ()
    switches: tuple[Guard, ...] = ()
    missing: tuple[Missing, ...] = ()
    suites: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    entry: EntryPoint | None = None


def read_endtoend(
    snapshot: Snapshot, go: GoRepo, service: Service, inventory: Inventory, entry: str = ""
) -> EndToEnd:
    """Read how the service's end-to-end run goes.

    `entry` (`make:Makefile:target`, `script:path`, `workflow:path`) overrides what is found.
    """
    suites = _suites_of(service, inventory)
    words = [service.name, *service.aliases, *suites]
    points = (_named_entry(entry, snapshot),) if entry else entry_points(snapshot, words)[:MAX_ENTRIES]
    reader = RunReader(snapshot)
    best: tuple[int, EntryPoint, RunReading] | None = None
    for point in points:
        reading = _read_entry(reader, point)
        score = _worth(reading, suites, service)
        if score > (best[0] if best else 0):
            best = (score, point, reading)
        if score >= ENOUGH:
            break
    if best is None:
        return _suite_only(snapshot, go, service, inventory, suites)
    return _spliced(go, service, inventory, suites, best[1], best[2])


def _suites_of(service: Service, inventory: Inventory) -> tuple[str, ...]:
    if service.files.get("suite"):
        return service.files["suite"]
    return ()


def _named_entry(entry: str, snapshot: Snapshot) -> EntryPoint:
    from bot.errors import UsageError

    kind, _, rest = entry.partition(":")
    path, _, target = rest.partition(":")
    if kind not in ("make", "script", "workflow") or path not in snapshot.entries:
        raise UsageError(
            f"The entry {entry!r} does not name a make target, script or workflow of the repo.",
            hint="Write make:PATH:TARGET, script:PATH or workflow:PATH.",
        )
    file = snapshot.read(path)
    evidence = file.at(1) if hasattr(file, "at") else None
    return EntryPoint(kind, path, target, evidence, 100, "named in the settings")  # type: ignore[arg-type]


def _read_entry(reader: RunReader, point: EntryPoint) -> RunReading:
    if point.kind == "make":
        return reader.make(point.path, point.target)
    if point.kind == "script":
        return reader.script(point.path)
    return reader.workflow(point.path, point.target or None)


def _worth(reading: RunReading, suites: tuple[str, ...], service: Service) -> int:
    """How much of the coverage path an entry point leads to; 0: nothing of it."""
    tests = [e for e in reading.events if isinstance(e, GoTest)]
    mine = any(_runs(test, suite) for test in tests for suite in suites)
    if not mine and not _collects(reading):
        return 0
    marks = 4 * mine
    marks += 2 * any(isinstance(e, Report) and e.verb != "html" for e in reading.events)
    marks += 2 * any(isinstance(e, Copy) for e in reading.events)
    marks += any(isinstance(e, Stop) for e in reading.events)
    marks += any(isinstance(e, ClusterCreate) for e in reading.events)
    marks += any(isinstance(e, ImageBuild) for e in reading.events)
    if suites and not mine and not any(isinstance(e, Stop | Copy) for e in reading.events):
        return 0
    return marks


def _collects(reading: RunReading) -> bool:
    """Whether a run has to do with coverage at all: it switches it on, copies or reports it."""
    for event in reading.events:
        if isinstance(event, Report) or any(guard.coverage for guard in event.guards):
            return True
        if isinstance(event, ImageBuild) and any("-cover" in (arg.value or "") for arg in event.build_args):
            return True
        if isinstance(event, Copy) and "cov" in f"{event.source} {event.destination}".lower():
            return True
    return any(build.cover for build in reading.go_builds)


def _runs(test: GoTest, suite: str) -> bool:
    """Whether a `go test` or `ginkgo` call runs the package of a suite."""
    for package in test.packages or (".",):
        recursive = package.endswith("...")
        directory = posixpath.dirname(package) if package.endswith(".go") else package
        directory = directory.removesuffix("...").rstrip("/")
        if not known(directory):
            if path_likeness(posixpath.basename(suite), directory) >= 2:
                return True
            continue
        place = resolve(test.cwd, directory or ".") if test.cwd is not None else None
        if place == suite or (recursive and place is not None and _below(suite, place)):
            return True
    return False


def _below(path: str, directory: str) -> bool:
    return directory == "" or path == directory or path.startswith(directory + "/")


def _suites_run(events: Iterable[Event], inventory: Inventory) -> tuple[str, ...]:
    """The end-to-end suites that an entry point runs, where the service has none by name."""
    tests = [e for e in events if isinstance(e, GoTest)]
    suites = [s for s in inventory.suites if not _HELPERS & set(s.split("/"))]
    ran = [suite for suite in suites if any(_runs(test, suite) for test in tests)]
    narrow = [s for s in ran if any(_runs(replace(t, packages=_exact(t)), s) for t in tests)]
    if ran:
        return tuple(narrow or ran[:2])
    # `cd e2e && go test $(go list ./...)`: packages that are not known, but all of them lie in e2e
    blind = [t.cwd for t in tests if t.cwd and t.packages and not any(known(p) for p in t.packages)]
    return tuple(s for s in suites if any(_below(s, cwd) for cwd in blind))[:1]


def _exact(test: GoTest) -> tuple[str, ...]:
    return tuple(p.removesuffix("/...") for p in test.packages) or (".",)


def _suite_only(
    snapshot: Snapshot, go: GoRepo, service: Service, inventory: Inventory, suites: tuple[str, ...]
) -> EndToEnd:
    if not suites and len(inventory.suites) == 1:
        suites = inventory.suites
    if not suites:
        gap = Missing(
            "the end-to-end run",
            f"no suite, make target, script or workflow was found that runs {service.name} in a cluster",
            Link.COLLECT,
        )
        return EndToEnd(missing=(gap,))
    readings = [read_suite(go, suite, words=(service.name, *service.aliases)) for suite in suites[:1]]
    return _joined(readings, suites, [e for r in readings for e in r.events], None, None)


def _spliced(
    go: GoRepo,
    service: Service,
    inventory: Inventory,
    suites: tuple[str, ...],
    point: EntryPoint,
    reading: RunReading,
) -> EndToEnd:
    mine = suites or _suites_run(reading.events, inventory)
    timeline: list[Event] = []
    readings: dict[str, SuiteReading] = {}
    for event in reading.events:
        timeline.append(event)
        if not isinstance(event, GoTest):
            continue
        for suite in mine[:2]:
            if suite not in readings and _runs(event, suite):
                env = {s.name: s.value for s in event.env if s.value is not None and known(s.value)}
                words = (service.name, *service.aliases)
                readings[suite] = read_suite(
                    go, suite, env=env, words=words, caller=Caller(event.env, event.make)
                )
                timeline.extend(readings[suite].events)
    if mine and not readings:
        words = (service.name, *service.aliases)
        readings[mine[0]] = read_suite(go, mine[0], words=words)
        timeline = [*readings[mine[0]].events, *timeline]
    return _joined(list(readings.values()), mine, timeline, point, reading)


def _joined(
    readings: list[SuiteReading],
    suites: tuple[str, ...],
    timeline: list[Event],
    point: EntryPoint | None,
    reading: RunReading | None,
) -> EndToEnd:
    return EndToEnd(
        timeline=tuple(replace(event, order=index) for index, event in enumerate(timeline)),
        workloads=tuple(w for r in readings for w in r.workloads),
        kind_configs=tuple(k for r in readings for k in r.kind_configs),
        go_builds=(*(reading.go_builds if reading else ()), *(b for r in readings for b in r.go_builds)),
        switches=tuple(dict.fromkeys(g for r in readings for g in r.switches)),
        missing=(*(m for r in readings for m in r.missing), *(reading.missing if reading else ())),
        suites=suites,
        files=(*(f for r in readings for f in r.files), *(reading.files if reading else ())),
        entry=point,
    )
