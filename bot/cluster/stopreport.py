"""What a stop showed, in words: facts, observations, and what stayed unseen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.cluster.ends import PodEnd
from bot.cluster.podlog import PodLog
from bot.facts.live import Ended, StopSeen
from bot.model import Link, Missing, Observation

SIGNALS = {137: "SIGKILL", 143: "SIGTERM"}
"""Exit codes of a process that a signal ended: 128 and its number."""
LINES, EXCERPT = 40, 6


def stop_seen(end: PodEnd, log: PodLog | None, asked: float, wall: float) -> StopSeen:
    """The facts of one pod's stop, asked for at `asked` (monotonic), which is `wall` by the clock."""
    seconds = _seconds(end, log, asked)
    lines = log.log.tail(since=asked) if log is not None else ()
    panic = log.log.panic_lines(end.ended) if log is not None else ()
    text = f"{_outcome(end)} {seconds:.1f} s after the request, with a grace period of {end.grace} s"
    excerpt = "\n".join((panic or lines[-EXCERPT:])[:EXCERPT])
    return StopSeen(
        seconds=seconds,
        grace=end.grace,
        ended=end.ended,
        lines=lines[-LINES:],
        coverage_lines=log.log.coverage_lines() if log is not None else (),
        panic=bool(panic),
        seen=observed(f"pod {end.name}", text, wall + seconds, excerpt),
    )


def exit_text(ended: Ended) -> str:
    """`exit code 137 (SIGKILL)`, with the runtime's reason where it says more than the code."""
    signal = SIGNALS.get(ended.exit_code)
    reason = ended.reason if ended.reason not in ("", "Error", "Completed") else ""
    words = ", ".join(word for word in (signal, reason) if word)
    return f"exit code {ended.exit_code}" + (f" ({words})" if words else "")


def missing_of(end: PodEnd, log: PodLog | None, waited: float, container: str | None) -> Iterator[Missing]:
    """What was not seen of a pod's end, and why."""
    exit_code = f"the exit code of pod {end.name}"
    if container is None:
        yield Missing(exit_code, "which of its containers is the service cannot be told", Link.STOP)
    elif not end.running:
        yield Missing(
            exit_code, f"its container did not run before the stop ({end.state})", Link.STOP, needed=False
        )
    elif end.ended is None and end.gone:
        yield Missing(exit_code, "the pod was gone before the API showed how it ended", Link.STOP)
    elif end.ended is None:
        yield Missing(exit_code, f"it had not ended {waited:.0f} s after the request", Link.STOP)
    if log is not None and log.error is not None:
        yield Missing(f"the log of pod {end.name}", str(log.error), Link.STOP, needed=False)


def _outcome(end: PodEnd) -> str:
    if end.ended is not None:
        return f"ended with {exit_text(end.ended)}"
    return "was gone, its exit code not visible," if end.gone else "had not ended"


def observed(about: str, text: str, at: float, excerpt: str = "") -> Observation:
    """An observation of the stop at a time (seconds since the epoch)."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Observation("stop", about, text, moment, excerpt)


def _seconds(end: PodEnd, log: PodLog | None, asked: float) -> float:
    """From the request to the container's end: the log's end tells best, else the cluster's clocks.

    Without an end it is the time until now.
    """
    began = end.asked_at or asked
    if log is not None and log.ended_at is not None:
        shown = end.seen_at if end.ended is not None and end.seen_at is not None else log.ended_at
        return round(max(0.0, min(log.ended_at, shown) - began), 2)
    if end.server_seconds is not None:
        return end.server_seconds
    return round(max(0.0, (end.seen_at or time.monotonic()) - began), 2)
