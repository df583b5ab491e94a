"""What the reports read against what the run brings to the host."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from bot.facts.events import FileMake, Report
from bot.facts.order import coverage_copies, data_reports
from bot.facts.path import CoveragePath
from bot.facts.places import (
    destination_place,
    input_places,
    inside,
    mount_place,
    mounted_path,
    mounts_in_reach,
    place,
    same_place,
)
from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class Stray:
    """A report that reads a place to which nothing is brought.

    `brought` is the place that the files do get to, `source` the line that brings them there (a copy
    or an extraMount, `relative` when that is a relative hostPath). `same_name` says that both places
    have the same last part, `others_read` that another report does read the right place.
    """

    report: Report
    read: str
    brought: str
    source: Evidence
    relative: bool
    same_name: bool
    others_read: bool


@dataclass(frozen=True, slots=True)
class _Brought:
    place: str | None
    source: Evidence
    relative: bool = False


def stray_reports(path: CoveragePath) -> tuple[Stray, ...]:
    """The reports all of whose inputs are known to be places that nothing is brought to.

    Where some reports read the right place, a report of another name is another matter (unit tests)
    and left out. Nothing is said of a place with unknown parts.
    """
    brought = _brought(path)
    if not brought:
        return ()
    reports = [r for r in data_reports(path) if r.inputs]
    strays = [r for r in reports if all(_foreign(path, p, brought) for p in input_places(r))]
    right = len(strays) < len(reports)
    found = []
    for report in strays:
        read = next(p for p in input_places(report) if p is not None)
        pair = next((b for b in brought if _name(b.place) == _name(read)), None)
        if pair is None and right:
            continue
        best = pair or brought[0]
        known_place = best.place or ""
        found.append(Stray(report, read, known_place, best.source, best.relative, pair is not None, right))
    return tuple(found)


def _brought(path: CoveragePath) -> list[_Brought]:
    """The places on the host that get coverage files, by copy, extraMount, or as a made file."""
    found = [_Brought(destination_place(c), c.evidence) for c in coverage_copies(path) if c.destination]
    if not any(copy.where != "host" for copy in coverage_copies(path)):
        for _, mount in mounts_in_reach(path):
            relative = not mount.host_path.startswith(("/", "$", "~"))
            found.append(_Brought(mounted_path(path, mount), mount.evidence, relative))
    return found


def _foreign(path: CoveragePath, read: str | None, brought: list[_Brought]) -> bool:
    others = [place(r.output, r.cwd) for r in data_reports(path) if r.output]
    others += [place(made.path, made.cwd) for made in path.events(FileMake)]
    ends = [*(b.place for b in brought), *(mount_place(path, mount) for _, mount in mounts_in_reach(path))]
    if any(_holds(read, end) for end in ends) or any(inside(read, end) is not False for end in others):
        return False
    return all(inside(end, read) is False for end in [*ends, *others])


def _holds(read: str | None, brought: str | None) -> bool:
    """Whether files brought to a place may lie in the directory that is read.

    covdata does not look below a directory: a place strictly below it does not count (experiment).
    """
    below = inside(read, brought)
    return below is None or (below and same_place(read, brought) is not False)


def _name(where: str | None) -> str | None:
    return posixpath.basename(where) if where else None
