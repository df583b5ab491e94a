"""The lines of the trend chart: each service over time, and all of them together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.covdata.summary import counted, percent
from bot.digest.model import Digest, ServiceHistory
from bot.digest.words import figure as shown
from bot.digest.words import signed
from bot.history.model import Figure
from bot.render.plain import brief

DAY = 86_400.0
NAMED = 5
"""So many services get a colour and a name; the others are thin lines."""
CARRIED_DAYS = 14.0
"""So long a figure counts for its service in the whole; after that the service has no data."""


@dataclass(frozen=True, slots=True)
class Series:
    """A service's percents over time, as (seconds since the epoch, percent), oldest first. `named`: it is
    drawn with its name; `ended`: it has no data in the digest's period."""

    label: str
    points: tuple[tuple[float, float], ...]
    named: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """What the chart draws between two times; `whole` is over all statements that are known at each time."""

    since: float
    until: float
    whole: Series
    services: tuple[Series, ...]
    zone: tzinfo = UTC

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.whole.points


def trend(histories: Sequence[ServiceHistory], digest: Digest, *, days: float = 90.0) -> Trend:
    """The lines of the last `days` before the digest's end; those that moved most have names, of few services
    all."""
    until = digest.period.until
    since = until - days * DAY
    few = digest.services <= NAMED
    named = {line.service: place for place, line in enumerate(digest.moved[:NAMED])}
    ended = {gone.service for gone in digest.no_data}
    series = []
    for history in histories:
        known = [
            (f.at, f.percent) for f in history.figures if since <= f.at < until and f.percent is not None
        ]
        if known:
            name = history.service
            series.append(Series(name, tuple(known), few or name in named, name in ended))
    series.sort(key=lambda each: (not each.named, named.get(each.label, NAMED), each.label))
    return Trend(since, until, _whole(histories, since, until), tuple(series), digest.period.zone)


def alt_text(drawn: Trend, digest: Digest) -> str:
    """The chart in words."""
    if drawn.empty:
        return "Coverage over time: no data."
    start, end = drawn.whole.points[0], drawn.whole.points[-1]
    days = max(round((end[0] - start[0]) / DAY), 1)
    said = f"Coverage of {counted(len(drawn.services), 'service')} over {counted(days, 'day')}: "
    said += f"from {shown(start[1])}% to {shown(end[1])}%."
    moved = [
        f"{brief(line.service, 60)} {signed(line.points or 0.0)} to {shown(line.percent)}%"
        for line in digest.moved[:NAMED]
    ]
    if moved:
        said += f" Moved most: {', '.join(moved)}."
    ended = [brief(each.label, 60) for each in drawn.services if each.ended]
    if ended:
        more = f" and {len(ended) - NAMED} more" if len(ended) > NAMED else ""
        said += f" No data any more: {', '.join(ended[:NAMED])}{more}."
    return said


def _whole(histories: Sequence[ServiceHistory], since: float, until: float) -> Series:
    """The percent over all statements, at the end of every day on which a figure came."""
    ends = sorted({(f.at // DAY + 1) * DAY for h in histories for f in h.figures if since <= f.at < until})
    cursors = [_Known(history.figures) for history in histories]
    points = []
    for end in ends:
        now = [known for cursor in cursors if (known := cursor.at(min(end, until))) is not None]
        value = percent(sum(f.covered for f in now), sum(f.statements for f in now))
        if value is not None:
            points.append((min(end, until), value))
    return Series("all services", tuple(points), True)


class _Known:
    """The latest figure of one service before a time that only goes on."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = [figure for figure in figures if figure.percent is not None]
        self._next = 0

    def at(self, time: float) -> Figure | None:
        while self._next < len(self._figures) and self._figures[self._next].at < time:
            self._next += 1
        last = self._figures[self._next - 1] if self._next else None
        return last if last is not None and time - last.at <= CARRIED_DAYS * DAY else None
