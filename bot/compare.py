"""Two services' paths side by side: what differs, and which differences matter.

A difference matters when a finding of one of the two rests on it: the finding cites the very lines.
Everything else is shown and left at that. Names are compared with the services' own names taken
out, so that `datastorage-e2e` against `signalprocessing-e2e` is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.check import Check
from bot.facts.path import CoveragePath
from bot.model import LINKS, Certainty, Evidence, Finding, Link, LinkFact


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both paths. `matters` are ids of the rules whose findings rest on the difference.

    `left` and `right` hold the facts of that name in order; an empty tuple: the path has none.
    """

    link: Link
    name: str
    left: tuple[LinkFact, ...]
    right: tuple[LinkFact, ...]
    differs: bool
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two checks of one repo at one commit, row by row along the path."""

    left: Check
    right: Check
    rows: tuple[Row, ...]

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows that differ."""
        return tuple(row for row in self.rows if row.differs)

    @property
    def mattering(self) -> tuple[Row, ...]:
        """The rows that differ and on which a finding rests."""
        return tuple(row for row in self.rows if row.matters)


def compare(left: Check, right: Check) -> Comparison:
    """Put two checks side by side."""
    rows: list[Row] = []
    for link in LINKS:
        ours, theirs = left.path.links.get(link, ()), right.path.links.get(link, ())
        for name in dict.fromkeys(fact.name for fact in (*ours, *theirs)):
            rows.append(_row(link, name, left, right))
    return Comparison(left, right, tuple(rows))


def _row(link: Link, name: str, left: Check, right: Check) -> Row:
    ours = _named(left.path, link, name)
    theirs = _named(right.path, link, name)
    differs = _values(left.path, ours) != _values(right.path, theirs)
    matters: tuple[str, ...] = ()
    if differs:
        rules = dict.fromkeys((*_resting(left, right, ours), *_resting(right, left, theirs)))
        matters = tuple(rules)
    return Row(link, name, ours, theirs, differs, matters)


def _named(path: CoveragePath, link: Link, name: str) -> tuple[LinkFact, ...]:
    return tuple(fact for fact in path.links.get(link, ()) if fact.name == name)


def _values(path: CoveragePath, facts: Sequence[LinkFact]) -> tuple[str, ...]:
    return tuple(_anonymous(path, fact.value) for fact in facts)


def _anonymous(path: CoveragePath, value: str) -> str:
    """A value without the service's own names, path separators and case aside."""
    names = {path.service.name, *path.service.aliases}
    if path.workload is not None:
        names.add(path.workload.name)
    for name in sorted(names, key=len, reverse=True):
        spelled = "[-_]?".join(re.escape(part) for part in re.split(r"[-_]", name))
        value = re.sub(rf"(?i){spelled}", "<service>", value)
    return re.sub(r"<service>-(controller|service|manager|operator)\b", "<service>", value)


def _resting(mine: Check, other: Check, facts: Iterable[LinkFact]) -> Iterable[str]:
    """Ids of findings of one check, not of the other, that cite the lines of these facts."""
    theirs = {f.rule for f in (*other.diagnosis.causes, *other.diagnosis.folded)}
    places = [fact.evidence for fact in facts if fact.evidence is not None]
    for finding in (*mine.diagnosis.causes, *mine.diagnosis.folded):
        if finding.rule not in theirs and _speaks(finding) and _cites(finding, places):
            yield finding.rule


def _speaks(finding: Finding) -> bool:
    return finding.certainty is not Certainty.POSSIBLE


def _cites(finding: Finding, places: Sequence[Evidence]) -> bool:
    return any(
        cited.path == place.path and cited.line <= place.end_line and place.line <= cited.end_line
        for cited in finding.evidence
        for place in places
        if place.end_line - place.line < 40
    )
