"""A figure as it was measured, and what changed between two, as frozen types."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.covdata.summary import percent


class Source(StrEnum):
    """Where a figure comes from: a live run, `covcheck cov push`, or an artifact of GitHub Actions."""

    RUN = "run"
    PUSH = "push"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class PackageFigure:
    """A package's statements and those that ran."""

    path: str
    statements: int
    covered: int

    @property
    def percent(self) -> float | None:
        """0 to 100; None where there are no statements."""
        return percent(self.covered, self.statements)


@dataclass(frozen=True, slots=True)
class Figure:
    """A service's coverage at a commit. `at` is when it was measured, in seconds since the epoch; `repo` is
    `owner/name`; `branch` None where it is not known. `id` makes it the same figure however often it
    is handed in."""

    id: str
    repo: str
    service: str
    at: float
    source: Source
    statements: int
    covered: int
    commit: str | None = None
    branch: str | None = None
    packages: tuple[PackageFigure, ...] = ()

    @property
    def percent(self) -> float | None:
        """0 to 100; None where there are no statements: that is no data, not 0%."""
        return percent(self.covered, self.statements)


@dataclass(frozen=True, slots=True)
class Mover:
    """A package that moved the figure. `points` is by how many percentage points of the whole service its
    change moved it; `before` None for a new package, `after` None for one that is gone."""

    path: str
    points: float
    before: PackageFigure | None
    after: PackageFigure | None


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed between two figures; `points` in percentage points, None where one of them has none."""

    before: Figure
    after: Figure
    points: float | None
    movers: tuple[Mover, ...] = ()
