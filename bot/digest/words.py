"""What a digest says, in words: the same in every medium (design, "A digest")."""

from __future__ import annotations

from bot.covdata.summary import counted
from bot.digest.model import Digest, NoData, ServiceLine
from bot.history.model import Mover
from bot.render.plain import day

_BLOCKS = "▁▂▃▄▅▆▇█"
_FULL, _EMPTY = "█", "░"
QUIET = "Quiet: nothing moved, and no service lost its data or came back."
WHY = 2
"""So many packages are named as the reason of a move."""


def headline(digest: Digest) -> str:
    """What a lead reads in five seconds."""
    reported = f"{len(digest.lines)} of {counted(digest.services, 'service')} reported"
    start = f"E2E coverage, week {digest.period.week} · {reported}"
    if digest.percent is None:
        return f"{start} · no data"
    change = "" if digest.points is None else f" ({signed(digest.points)})"
    return f"{start} · {figure(digest.percent)}%{change}"


def moved_line(line: ServiceLine) -> str:
    """`▲ gateway 72.1 (+6.3: pkg/ratelimit is new)`."""
    points = line.points or 0.0
    why = reason(line)
    return (
        f"{arrow(points)} {line.service} {figure(line.percent)} ({signed(points)}{': ' + why if why else ''})"
    )


def change(line: ServiceLine) -> str:
    """By how many points a service moved; `new` where no figure was before."""
    return "new" if line.points is None else signed(line.points)


def reason(line: ServiceLine) -> str:
    """What moved a service: the packages that did most of it, in the direction of the whole."""
    if line.delta is None or not line.points:
        return ""
    same = [mover for mover in line.delta.movers if (mover.points > 0) == (line.points > 0)]
    said = ", ".join(_mover(mover) for mover in same[:WHY])
    where = _commits(line.delta.before.commit, line.figure.commit)
    return f"{said} {where}" if said and where else said


def _commits(before: str | None, after: str | None) -> str:
    """Between which commits it was measured: which one of them did it is not known."""
    if after is None:
        return ""
    if before is None:
        return f"until {after[:7]}"
    return f"at {after[:7]}" if before == after else f"in {before[:7]}..{after[:7]}"


def _mover(mover: Mover) -> str:
    name = "/".join(mover.path.rsplit("/", 2)[-2:])
    if mover.before is None:
        return f"{name} is new"
    return f"{name} is gone" if mover.after is None else f"{name} {signed(mover.points)}"


def no_data_line(gone: NoData) -> str:
    """`notification (collect-before-exit since Tuesday)`; never a percent."""
    if gone.blocked is not None:
        return f"{gone.service} ({gone.blocked.rule} since {day(gone.blocked.since)})"
    if gone.ran is None:
        return f"{gone.service} (no run)"
    return f"{gone.service} (no run since {day(gone.ran)})"


def arrow(points: float) -> str:
    """Up, down, or neither."""
    return "▲" if points > 0 else "▼" if points < 0 else "="


def figure(percent: float) -> str:
    """One digit; 100.0 and 0.0 only where nothing, or all, is left."""
    return f"{min(max(percent, 0.1), 99.9) if 0.0 < percent < 100.0 else percent:.1f}"


def signed(points: float) -> str:
    """Percentage points with their sign; what is too small to show is `±0.0`."""
    return f"{points:+.1f}" if abs(points) >= 0.05 else "±0.0"


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
