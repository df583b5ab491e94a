"""Which figures may be forgotten: all are kept at first, later one a day, then one a week, then none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.history.model import Figure

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Retention:
    """Ages in days: up to `all_days` every figure is kept, up to `daily_days` the last of each day (UTC), up
    to `weekly_days` the last of each week, nothing after that."""

    all_days: int = 30
    daily_days: int = 365
    weekly_days: int = 5 * 365


def forgettable(figures: Iterable[Figure], now: float, keep: Retention) -> Iterator[Figure]:
    """The figures that may go at a time (seconds since the epoch), of all services and branches.

    The latest figure of each service and branch stays whatever its age: there is always a last word.
    """
    kept: set[tuple[object, ...]] = set()
    for figure in sorted(figures, key=lambda f: (-f.at, f.id)):
        whose = (figure.repo, figure.service, figure.branch)
        days = (now - figure.at) / DAY
        if whose not in kept:
            kept.add(whose)
            kept.add((whose, *_slot(figure, days, keep)))
            continue
        if days <= keep.all_days:
            continue
        if days > keep.weekly_days or (whose, *_slot(figure, days, keep)) in kept:
            yield figure
        else:
            kept.add((whose, *_slot(figure, days, keep)))


def _slot(figure: Figure, days: float, keep: Retention) -> tuple[str, int]:
    """The day or the week (from Monday) that a figure stands for."""
    day = int(figure.at // DAY)
    return ("day", day) if days <= keep.daily_days else ("week", (day + 3) // 7)
