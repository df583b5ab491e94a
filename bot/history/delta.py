"""What moved between two figures, and which figure to compare with."""

from __future__ import annotations

from collections.abc import Iterable

from bot.history.model import Delta, Figure, Mover, PackageFigure

SMALLEST = 0.005
"""Percentage points below which a package is not said to have moved anything."""


def delta(before: Figure, after: Figure) -> Delta:
    """The change from one figure to another, with the packages that made it, the strongest first.

    A package's points are what the whole figure would lack had this package alone stayed as it was: they
    add up only nearly, since packages also change the whole that is divided by.
    """
    if before.percent is None or after.percent is None:
        return Delta(before, after, None)
    old = {package.path: package for package in before.packages}
    new = {package.path: package for package in after.packages}
    movers = []
    for path in sorted(old.keys() | new.keys()):
        points = _points(after, old.get(path), new.get(path))
        if abs(points) >= SMALLEST:
            movers.append(Mover(path, points, old.get(path), new.get(path)))
    movers.sort(key=lambda mover: (-abs(mover.points), mover.path))
    return Delta(before, after, after.percent - before.percent, tuple(movers))


def _points(after: Figure, old: PackageFigure | None, new: PackageFigure | None) -> float:
    was = (old.statements, old.covered) if old is not None else (0, 0)
    now = (new.statements, new.covered) if new is not None else (0, 0)
    if was == now:
        return 0.0
    statements = after.statements - now[0] + was[0]
    covered = after.covered - now[1] + was[1]
    without = 100.0 * covered / statements if statements > 0 else 0.0
    return (after.percent or 0.0) - without


def previous(figures: Iterable[Figure], of: Figure) -> Figure | None:
    """The latest figure of the same service and branch before one."""
    return _latest(f for f in _same(figures, of) if f.branch == of.branch and f.at < of.at)


def base(figures: Iterable[Figure], of: Figure, branch: str) -> Figure | None:
    """The latest figure of the base branch no later than one: what a branch is held against."""
    return _latest(f for f in _same(figures, of) if f.branch == branch and f.at <= of.at and f.id != of.id)


def at_date(figures: Iterable[Figure], of: Figure, at: float) -> Figure | None:
    """The latest figure of the same service and branch no later than a time (seconds since the epoch)."""
    return _latest(f for f in _same(figures, of) if f.branch == of.branch and f.at <= at and f.id != of.id)


def _same(figures: Iterable[Figure], of: Figure) -> Iterable[Figure]:
    return (figure for figure in figures if (figure.repo, figure.service) == (of.repo, of.service))


def _latest(figures: Iterable[Figure]) -> Figure | None:
    return max(figures, key=lambda figure: (figure.at, figure.id), default=None)
