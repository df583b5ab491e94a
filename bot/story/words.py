"""What is said of a service's history: the same words in every medium."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.covdata.summary import counted
from bot.digest.words import figure as shown
from bot.digest.words import signed
from bot.errors import UsageError
from bot.history.model import Figure, Mover, Source
from bot.history.thinning import DAY
from bot.render.plain import day
from bot.story.model import Against, Compared, Story

MOVERS = 3
"""So many packages are named for each comparison."""
SOURCES = {Source.RUN: "run", Source.PUSH: "push", Source.ACTIONS: "actions"}
_TITLES = {Against.PREVIOUS: "previous", Against.BASE: "base", Against.SINCE: "since"}
MOST_DAYS = 3_650


def date_of(text: str, now: float) -> float:
    """`2026-11-01` (its begin, in UTC) or `14d` (so many days before now), in seconds since the epoch.

    Raises UsageError.
    """
    days = text[:-1]
    if text[-1:] in ("d", "D") and days.isascii() and days.isdigit() and 0 < int(days[:6]) <= MOST_DAYS:
        return now - int(days) * DAY
    try:
        at = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        at = -1.0
    if not 0.0 <= at <= now:
        raise UsageError(
            f"{text[:40]!r} is no day that has begun.", hint="Write it as 2026-11-01, or 14d for 14 days ago."
        )
    return at


def headline(story: Story) -> str:
    """`gateway on main · 61.4% (+1.2) · 24 figures since 3 November`."""
    last = story.last
    where = f" on {story.branch}" if story.branch else ""
    first = next((each for each in story.compared if each.against == Against.PREVIOUS), None)
    points = first.delta.points if first is not None and first.delta is not None else None
    moved = "" if points is None else f" ({signed(points)})"
    many = counted(len(story.figures), "figure")
    begun = f" since {day(story.figures[0].at)}" if len(story.figures) > 1 else f" of {day(last.at)}"
    return f"{story.service}{where} · {shown(last.percent or 0.0)}%{moved} · {many}{begun}"


def title(compared: Compared, story: Story) -> str:
    """What a comparison is called: `previous`, `base main`, `since 3 November`."""
    said = _TITLES[compared.against]
    if compared.against == Against.BASE:
        return f"{said} {story.base}"
    if compared.against == Against.SINCE and story.since is not None:
        return f"{said} {day(story.since)}"
    return said


def comparison(compared: Compared) -> str:
    """`+1.2: from 60.2% at 4f2c1e7 (3 November) to 61.4%`, or why there is none."""
    found = compared.delta
    if found is None or found.points is None:
        return compared.why or "There is nothing to compare with."
    before = found.before
    at = f" at {before.commit[:7]}" if before.commit else ""
    return (
        f"{signed(found.points)}: from {shown(before.percent or 0.0)}%{at} ({day(before.at)}) "
        f"to {shown(found.after.percent or 0.0)}%"
    )


def movers(compared: Compared) -> tuple[str, ...]:
    """The packages that moved it most, and how many more did."""
    if compared.delta is None:
        return ()
    named = [mover(each) for each in compared.delta.movers[:MOVERS]]
    more = len(compared.delta.movers) - MOVERS
    return tuple([*named, f"and {counted(more, 'package')} more"] if more > 0 else named)


def mover(moved: Mover) -> str:
    """`pkg/audit -3.1 (72.0% to 60.5%)`; a new package and one that is gone say so."""
    was, now = moved.before, moved.after
    before = None if was is None else was.percent
    after = None if now is None else now.percent
    if was is None:
        how = "new" if after is None else f"new, {shown(after)}%"
    elif now is None:
        how = "gone" if before is None else f"gone, was {shown(before)}%"
    elif before is None or after is None:
        how = "its statements changed"
    elif shown(before) == shown(after):
        how = f"{was.statements:,} to {now.statements:,} statements"
    else:
        how = f"{shown(before)}% to {shown(after)}%"
    name = "/".join(moved.path.rsplit("/", 2)[-2:])
    return f"{name} {signed(moved.points)} ({how})"


def moment(at: float) -> str:
    """A time as `2026-11-23 09:40`, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


def change(figure: Figure, before: Figure | None) -> str:
    """By how many points a figure differs from the one before it."""
    if before is None or before.percent is None or figure.percent is None:
        return ""
    return signed(figure.percent - before.percent)
