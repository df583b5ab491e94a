"""From the histories of services to a digest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.covdata.summary import percent
from bot.digest.model import Digest, NoData, Period, ServiceHistory, ServiceLine
from bot.history.delta import delta
from bot.history.model import Figure

TREND = 12
"""So many figures make a sparkline."""


def build_digest(histories: Iterable[ServiceHistory], period: Period, *, minimum: float = 0.5) -> Digest:
    """The digest of a period. `minimum` is in percentage points: what moves less is not named as moved.

    It is quiet when no service moved, no service lost its data, and none came back.
    """
    lines: list[ServiceLine] = []
    without: list[NoData] = []
    for history in sorted(histories, key=lambda h: h.service):
        line = _line(history, period)
        if line is not None:
            lines.append(line)
        else:
            without.append(_no_data(history, period))
    moved = sorted((line for line in lines if _moved(line, minimum)), key=_strength)
    whole, points = _overall(lines)
    return Digest(
        period=period,
        lines=tuple(lines),
        moved=tuple(moved),
        no_data=tuple(without),
        percent=whole,
        points=points,
        quiet=not (moved or any(map(_new, lines)) or any(_news(each, period) for each in without)),
    )


def _line(history: ServiceHistory, period: Period) -> ServiceLine | None:
    """The service's line when it reported in the period; a figure without statements is no report."""
    told = [figure for figure in history.figures if figure.percent is not None and figure.at < period.until]
    now = [figure for figure in told if figure.at >= period.since]
    if not now:
        return None
    last, before = now[-1], [figure for figure in told if figure.at < period.since]
    change = delta(before[-1], last) if before else None
    trend = tuple(f.percent for f in told[-TREND:] if f.percent is not None)
    return ServiceLine(history.service, last, last.percent or 0.0, change, trend)


def _no_data(history: ServiceHistory, period: Period) -> NoData:
    known = [figure for figure in history.figures if figure.percent is not None and figure.at < period.since]
    last = known[-1] if known else None
    return NoData(history.service, history.blocked, last, history.ran, history.seen)


def _moved(line: ServiceLine, minimum: float) -> bool:
    return line.points is not None and abs(line.points) >= minimum


def _strength(line: ServiceLine) -> tuple[float, str]:
    return -abs(line.points or 0.0), line.service


def _new(line: ServiceLine) -> bool:
    return line.delta is None


def _news(gone: NoData, period: Period) -> bool:
    """Whether a service lost its data in this period: it was blocked in it, or reported in the one before."""
    begun = gone.blocked is not None and period.since <= gone.blocked.since < period.until
    return begun or (gone.last is not None and gone.last.at >= 2 * period.since - period.until)


def _overall(lines: Sequence[ServiceLine]) -> tuple[float | None, float | None]:
    """(percent over all statements, its change over the services that had a figure before)."""
    whole = _percent([line.figure for line in lines])
    both = [line for line in lines if line.delta is not None]
    now = _percent([line.figure for line in both])
    before = _percent([line.delta.before for line in both if line.delta is not None])
    return whole, None if now is None or before is None else now - before


def _percent(figures: Sequence[Figure]) -> float | None:
    return percent(sum(f.covered for f in figures), sum(f.statements for f in figures))
