"""GOCOVERDIR is set twice, and the value that wins is not the one that is mounted.

What it looks at: all GOCOVERDIR entries of the service's container, what a start command sets (`env
GOCOVERDIR=...`, `sh -c "GOCOVERDIR=... shop"`), `kubectl set env`, and the volumeMounts.

Why it empties the figure: of two entries of the same name the last wins (kubernetes/release#82773), and a
start command or a later `kubectl set env` wins over the pod spec. The files then go to the other place.

How to fix: set it in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.facts import patch
from bot.facts.events import SetEnv
from bot.facts.joints import VARIABLE, service_container
from bot.facts.path import CoveragePath
from bot.facts.words import covers, known
from bot.facts.workload import Container
from bot.model import Evidence, Fix, Link, Missing
from bot.rules.registry import Hit, rule

WHY = "The value set last wins; the process never sees the other one."


@dataclass(frozen=True, slots=True)
class _Value:
    value: str
    evidence: Evidence


@rule(
    "gocoverdir-overridden",
    Link.RUN,
    title="GOCOVERDIR is set twice",
    source="kubernetes/release#82773",
    explains=("gocoverdir-unset", "gocoverdir-not-mounted", "gocoverdir-missing", "path-mismatch"),
)
def gocoverdir_overridden(path: CoveragePath) -> Iterator[Hit | Missing]:
    container = service_container(path)
    if container is None:
        return
    values = [*_entries(container), *_later(path), *_command(container)]
    last = values[-1] if values else None
    mounted = [v for v in values if _mounted(container, v.value)]
    if last is None or not mounted or _mounted(container, last.value):
        return
    yield Hit(
        f"GOCOVERDIR={mounted[0].value} is mounted, but `{last.value or 'nothing'}`, set later, wins.",
        WHY,
        Fix("Set GOCOVERDIR in one place, to the mounted path.", _patch(path, container, last)),
        (last.evidence, mounted[0].evidence),
    )


def _entries(container: Container) -> list[_Value]:
    entries = [e for e in container.env if e.name == VARIABLE]
    return [_Value(e.value, e.evidence) for e in entries if e.value is not None and known(e.value)]


def _later(path: CoveragePath) -> list[_Value]:
    name = path.workload.name if path.workload else ""
    events = [e for e in path.events(SetEnv) if e.target is None or (known(e.target) and name in e.target)]
    found = [s for event in events for s in event.settings if s.name == VARIABLE]
    return [_Value(s.value or "", s.evidence) for s in found if s.value is None or known(s.value)]


def _command(container: Container) -> list[_Value]:
    text = " ".join([*(container.command or ()), *(container.args or ())])
    found = re.findall(r"(?:^|\s)GOCOVERDIR=([^\s;&|]+)", text)
    place = container.command_evidence or container.evidence
    return [_Value(value.strip("\"'"), place) for value in found if known(value)]


def _mounted(container: Container, value: str) -> bool:
    return any(known(m.path) and covers(m.path, value) for m in container.mounts if value)


def _patch(path: CoveragePath, container: Container, last: _Value) -> str | None:
    own = [e for e in container.env if e.evidence == last.evidence and e.name == VARIABLE]
    return patch.diff(path, patch.delete(path, last.evidence)) if len(own) == 1 else None
