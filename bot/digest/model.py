"""A digest as frozen types: what it says, for any medium."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.history.model import Delta, Figure


@dataclass(frozen=True, slots=True)
class Period:
    """What a digest is about: [since, until) in seconds since the epoch, the day it is of, and the zone in
    which its readers count days."""

    since: float
    until: float
    day: datetime.date
    zone: tzinfo = UTC

    @property
    def days(self) -> int:
        """How long it is, in whole days, at least 1."""
        return max(round((self.until - self.since) / 86_400.0), 1)

    @property
    def week(self) -> int:
        """The ISO week that most of it lies in."""
        middle = datetime.datetime.fromtimestamp((self.since + self.until) / 2, self.zone)
        return middle.isocalendar().week


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a service has no figure: the first cause of its latest run or check, and since when it is so.

    `rule` names the cause; where a run found none it says so in words (`no cause found`, `run failed`).
    """

    rule: str
    summary: str
    since: float
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceHistory:
    """What is known of a service: its figures on one branch, oldest first, as far back as the digest looks;
    `blocked` where its latest run gave none, `ran` when it was last run or pushed at all; `seen` False: no
    figure and no run of that name is known on any branch."""

    service: str
    figures: tuple[Figure, ...] = ()
    blocked: Blocked | None = None
    ran: float | None = None
    seen: bool = True


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service that reported in the period. `delta` is against its last figure before the period, None when
    there is none; `trend` the last figures' percents, oldest first."""

    service: str
    figure: Figure
    percent: float
    delta: Delta | None
    trend: tuple[float, ...]

    @property
    def points(self) -> float | None:
        """By how many percentage points it moved."""
        return None if self.delta is None else self.delta.points


@dataclass(frozen=True, slots=True)
class NoData:
    """A service without a figure in the period, and why: blocked by a cause, or simply not run. `last` is its
    latest figure before the period; `seen` as in ServiceHistory."""

    service: str
    blocked: Blocked | None
    last: Figure | None
    ran: float | None
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Digest:
    """What is said: `percent` over all statements of the services that reported, `points` its change over
    those of them that had a figure before; `moved` are the lines that moved by the minimum or more, the
    strongest first; `quiet` that there is nothing to say."""

    period: Period
    lines: tuple[ServiceLine, ...]
    moved: tuple[ServiceLine, ...]
    no_data: tuple[NoData, ...]
    percent: float | None
    points: float | None
    quiet: bool

    @property
    def services(self) -> int:
        """How many services it is about."""
        return len(self.lines) + len(self.no_data)


@dataclass(frozen=True, slots=True)
class StaleArticle:
    """A saved answer that may no longer be true, why, and who is asked about it (empty: nobody)."""

    title: str
    why: str
    owner: str = ""
