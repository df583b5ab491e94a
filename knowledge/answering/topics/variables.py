"""The variables that matter: GOCOVERDIR of the container, those of the build, the switch of the run."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.binary import binary_builds
from bot.facts.build import Guard
from bot.facts.events import GoTest
from bot.facts.joints import gocoverdir, image_gocoverdir, service_container
from bot.facts.path import CoveragePath
from bot.model import LINKS, Link, LinkFact, Missing
from knowledge.answering.asking import Ask, Point
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import ERROR_PATH, code, listed, of_rows, places, under

_NAMES = {
    "go build": "the build with coverage",
    "coverage flags": "the build with coverage",
    "GOCOVERDIR": "GOCOVERDIR",
    "mount path": "the mount",
    "directory made": "the coverage directory",
    "stop": "the stop of the pod",
    "wait": "the wait for its end",
    "copy": "the copy of the files",
    "cluster": "the making of the cluster",
    "cluster goes": "the end of the cluster",
}
_OF_BUILD = ("GOFLAGS", "CGO_ENABLED", "GOEXPERIMENT", "GOTOOLCHAIN")


@topic("variables", Link.RUN)
def variables(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is not None:
        yield from _gocoverdir(ask, ask.path)
        yield from _of_build(ask.path)
        yield from _switches(ask.path)
        yield from ask.yours(_point)
    yield from ask.proven("gocoverdir-unset")
    if ask.says(r"\bbefore\b|\bsetenv\b|\bin (?:the )?code\b"):
        yield from ask.proven("set-in-code")


def _gocoverdir(ask: Ask, path: CoveragePath) -> Iterator[Statement | Missing]:
    container, point = service_container(path), _point(path)
    if point is not None:
        named = ask.says(r"gocoverdir|\bany\b|\bspecial\b")
        yield Statement(ask.open(True if named else None, f"{point.value}."), point.evidence)
    elif container is not None and not container.env_from:
        text = f"The manifest sets no GOCOVERDIR for container {code(container.name)}."
        yield Statement(text, places(container.evidence))
    else:
        yield ask.gap("what GOCOVERDIR is in the pod", Link.RUN)


def _of_build(path: CoveragePath) -> Iterator[Statement]:
    for build in binary_builds(path)[:2]:
        found = {s.name: s for s in build.env if s.name in _OF_BUILD and s.value}
        if found:
            words = listed([code(f"{name}={setting.value}") for name, setting in found.items()])
            text = f"The build has {words}."
            yield Statement(text, places(*(setting.evidence for setting in found.values())))


def _switches(path: CoveragePath) -> Iterator[Statement]:
    """The conditions that switch coverage on, and what stands behind each."""
    for guard in path.switches[:4]:
        rows = _hanging_on(path, guard)
        if guard.variable is not None and rows:
            names = list(dict.fromkeys(_NAMES.get(row.name, f"the {row.name}") for row in rows))[:8]
            text = f"Behind the condition {code(guard.text)} stand {listed(names)}."
            yield Statement(text, places(guard.evidence, *of_rows(rows)))
            yield from _set(path, guard.variable)


def _set(path: CoveragePath, variable: str) -> Iterator[Statement]:
    """Where the run sets a switch."""
    for event in path.events(GoTest):
        for setting in event.env:
            if setting.name == variable and setting.value is not None:
                where = f" by {code(event.entry)}" if event.entry else ""
                yield Statement(
                    f"{code(f'{variable}={setting.value}')} is set{where}.", places(setting.evidence)
                )
                return


def _hanging_on(path: CoveragePath, guard: Guard) -> list[LinkFact]:
    """The rows under a condition, of those names of which every row is under it."""
    found: list[LinkFact] = []
    for link in LINKS:
        groups: dict[str, list[LinkFact]] = {}
        for row in path.links.get(link, ()):
            if row.condition is None or not row.condition.startswith(ERROR_PATH):
                groups.setdefault(row.name, []).append(row)
        for rows in groups.values():
            if all(guard.text in (row.condition or "") for row in rows):
                found += rows
    return found


def _point(path: CoveragePath) -> Point | None:
    entry = gocoverdir(path)
    if entry is not None:
        value = f"taken from {code(entry.value_from or '?')}"
        value = code(entry.value) if entry.value is not None else value
        clause = f"GOCOVERDIR is {value} in the container{under(entry.guards)}"
        return Point(clause, places(entry.evidence), value)
    setting = image_gocoverdir(path)
    if setting is None or setting.value is None:
        return None
    clause = f"GOCOVERDIR is {code(setting.value)}, set by ENV of the image"
    return Point(clause, places(setting.evidence), code(setting.value))
