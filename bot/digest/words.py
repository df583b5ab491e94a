"""What a digest says, in words: the same in every medium (design, "A digest")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from urllib.parse import quote

from bot.covdata.summary import counted
from bot.digest.model import Digest, NoData, Period, ServiceLine, StaleArticle
from bot.history.model import Mover
from bot.quality import QualityCounts, quality_words
from bot.render.plain import brief, day

_BLOCKS = "▁▂▃▄▅▆▇█"
_FULL, _EMPTY = "█", "░"
QUIET = "Quiet: nothing moved, and no service lost its data or came back."
WHY = 2
"""So many packages are named as the reason of a move."""
STALE = 3
"""So many stale articles are named in a line."""


def headline(digest: Digest) -> str:
    """What a lead reads in five seconds."""
    reported = f"{len(digest.lines)} of {counted(digest.services, 'service')} reported"
    start = f"E2E coverage, {span(digest.period)} · {reported}"
    if digest.percent is None:
        return f"{start} · no data"
    change = "" if digest.points is None else f" ({signed(digest.points)})"
    return f"{start} · {figure(digest.percent)}%{change}"


def span(period: Period) -> str:
    """`week 47`; of a day that day, of another length the days until the last."""
    if period.days == 7:
        return f"week {period.week}"
    last = f"{period.day.day} {period.day:%B}"
    return last if period.days == 1 else f"{counted(period.days, 'day')} to {last}"


def moved_line(line: ServiceLine) -> str:
    """`▲ gateway 72.1 (+6.3: pkg/ratelimit is new)`."""
    points = line.points or 0.0
    why = reason(line)
    sign = ": " if packages(line) else " "
    return (
        f"{arrow(points)} {line.service} {figure(line.percent)} ({signed(points)}{sign + why if why else ''})"
    )


def change(line: ServiceLine) -> str:
    """By how many points a service moved; `new` where no figure was before."""
    return "new" if line.points is None else signed(line.points)


@dataclass(frozen=True, slots=True)
class Commits:
    """The commits that were measured, as a clause (`in 1a2b3c4..8d1f02c`), and their address."""

    text: str
    url: str | None = None


def reason(line: ServiceLine) -> str:
    """What moved a service: the packages that did most of it and the commits that were measured."""
    where = commits(line)
    return " ".join(filter(None, [packages(line), where.text if where else ""]))


def packages(line: ServiceLine) -> str:
    """The packages that moved a service most, in the direction of the whole; what cannot be seen at one digit
    is left out."""
    if line.delta is None or not _seen(line.points):
        return ""
    up = (line.points or 0.0) > 0
    same = [mover for mover in line.delta.movers if (mover.points > 0) == up and _seen(mover.points)]
    named = ", ".join(_mover(mover) for mover in same[:WHY])
    return f"{named} and {counted(len(same) - WHY, 'more package')}" if len(same) > WHY else named


def _seen(points: float | None) -> bool:
    """Whether a change is not `±0.0`."""
    return points is not None and abs(points) >= 0.05


def commits(line: ServiceLine, web: str = "") -> Commits | None:
    """Between which commits a move was measured: which one of them did it is not known. `web` is the repo's
    web address."""
    after = line.figure.commit
    if line.delta is None or not _seen(line.points) or after is None:
        return None
    before = line.delta.before.commit
    one = f"{web}/commit/{quote(after)}" if web else None
    if before is None:
        return Commits(f"until {after[:7]}", one)
    if before == after:
        return Commits(f"at {after[:7]}", one)
    both = f"{web}/compare/{quote(before)}...{quote(after)}" if web else None
    return Commits(f"in {before[:7]}..{after[:7]}", both)


def _mover(mover: Mover) -> str:
    name = "/".join(mover.path.rsplit("/", 2)[-2:])
    if mover.before is None:
        return f"{name} is new"
    return f"{name} is gone" if mover.after is None else f"{name} {signed(mover.points)}"


def no_data_line(gone: NoData, zone: tzinfo = UTC) -> str:
    """`notification (collect-before-exit since 3 November)`; never a percent. Days are those of `zone`."""
    if gone.blocked is not None:
        return f"{gone.service} ({gone.blocked.rule} since {day(gone.blocked.since, zone)})"
    if gone.ran is None:
        return f"{gone.service} ({'no run' if gone.seen else 'never seen'})"
    return f"{gone.service} (no run since {day(gone.ran, zone)})"


def last_figure(gone: NoData, zone: tzinfo = UTC) -> str:
    """`Last figure: 57.1% on 1 November.`; empty where there never was one."""
    if gone.last is None or gone.last.percent is None:
        return ""
    return f"Last figure: {figure(gone.last.percent)}% on {day(gone.last.at, zone)}."


def stale_line(stale: tuple[StaleArticle, ...] | None) -> str:
    """`Stale articles: 2 (Two directories; Too early)`; empty where nobody looked."""
    if stale is None:
        return ""
    if not stale:
        return "Stale articles: none"
    named = "; ".join(brief(each.title, 80) for each in stale[:STALE])
    more = f" and {len(stale) - STALE} more" if len(stale) > STALE else ""
    return f"Stale articles: {len(stale)} ({named}{more})"


def quality_said(counts: QualityCounts | None) -> str:
    """`Questions: 12 asked, 10 answered ...`; empty where nobody counted."""
    if counts is None:
        return ""
    silent = not (
        counts.asked or counts.proven_then or counts.escalated or counts.not_helpful or counts.opened
    )
    return "Questions: none was asked" if silent else f"Questions: {quality_words(counts)}"


def arrow(points: float) -> str:
    """Up, down, or neither."""
    return "▲" if points > 0 else "▼" if points < 0 else "="


def figure(percent: float) -> str:
    """One digit; 100.0 and 0.0 only where nothing, or all, is left."""
    return f"{min(max(percent, 0.1), 99.9) if 0.0 < percent < 100.0 else percent:.1f}"


def signed(points: float) -> str:
    """Percentage points with their sign; what is too small to show is `±0.0`."""
    return f"{points:+.1f}" if _seen(points) else "±0.0"


def bar(percent: float, width: int = 10) -> str:
    """A bar of so many characters; full only at 100, empty only at 0."""
    filled = round(percent / 100 * width)
    if 0.0 < percent < 100.0:
        filled = min(max(filled, 1), width - 1)
    return _FULL * filled + _EMPTY * (width - filled)


def sparkline(values: tuple[float, ...]) -> str:
    """The values as small columns between their least and greatest; a level line where they are equal.

    A span under 5 points is drawn as one of 5: a hair's breadth shall not look like a cliff.
    """
    if len(values) < 2:
        return ""
    middle, span = (max(values) + min(values)) / 2, max(max(values) - min(values), 5.0)
    least = middle - span / 2
    return "".join(_BLOCKS[min(int((v - least) / span * 8), 7)] for v in values)
