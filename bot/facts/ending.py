"""Why a stopped container wrote no counters: one answer for each pod, from exit code, time and log.

A Go program that does not handle SIGTERM ends at once with 2 or 143 (own experiment); SIGKILL after the
grace period shows as 137, and so does the kernel's OOM killer, which the runtime names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.facts.live import Ended, Live, PodSeen, StopSeen
from bot.facts.order import pre_stop_seconds
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import log_says
from bot.model import Certainty

KILLED, TERMINATED = 137, (2, 143)
SHORT_GRACE, STILL_BUSY = 10, 3
"""A grace period under 10 s is short for a server; from 3 lines on a log shows that it was still at work."""
SLACK = 1.5
"""The kubelet's SIGKILL may be seen this many seconds before the grace period is over by our clock."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The cause (a rule id), how sure it is, and what tells it, in one clause."""

    rule: str
    certainty: Certainty
    told_by: str


def ending(live: Live, pod: PodSeen, path: CoveragePath | None = None) -> Ending | None:
    """Why the pod's container left no counters when it ended; None when its end was not seen."""
    stop = pod.stop
    if stop is None or stop.ended is None:
        return _crashed(pod)
    end = stop.ended
    if end.reason == "OOMKilled":
        return Ending("oom-killed", Certainty.CERTAIN, f"OOMKilled, {_exit(end)}, at the stop")
    if stop.panic:
        return Ending("panic-exit", Certainty.CERTAIN, f"its log ends in a panic, exit code {end.exit_code}")
    if _is_kill(end):
        return _killed(live, pod, stop, path)
    if end.exit_code in TERMINATED or end.signal == 15:
        found = _terminated(pod, stop, end, path)
        return found if live.files is not None else replace(found, certainty=Certainty.LIKELY)
    # such an exit may have been a normal one: only the files tell
    return _left(stop, end, path) if live.files is not None else None


def _crashed(pod: PodSeen) -> Ending | None:
    """A container that was not there to be stopped: it had crashed, and waited for its next start."""
    if pod.last is None:
        return None
    if pod.last.reason == "OOMKilled":
        times = f"OOMKilled before it was stopped, {pod.restarts} restarts"
        return Ending("oom-killed", Certainty.CERTAIN, times)
    if pod.last.exit_code == 2 and (log_says(pod, "panic:") or log_says(pod, "fatal error:")):
        return Ending("panic-exit", Certainty.CERTAIN, "it panicked before it was stopped, exit code 2")
    return None


def _is_kill(end: Ended) -> bool:
    return end.exit_code == KILLED or end.signal == 9


def _killed(live: Live, pod: PodSeen, stop: StopSeen, path: CoveragePath | None) -> Ending:
    after = f"SIGKILL after {stop.seconds:.0f} s, grace period {stop.grace} s"
    if stop.seconds < stop.grace - SLACK:
        return Ending("hard-exit", Certainty.LIKELY, f"{after}: something else than the kubelet killed it")
    if pod.process is not None and pod.process.shell is not None:
        return Ending("shell-entrypoint", Certainty.CERTAIN, after)
    hook, shutdown = pre_stop_seconds(with_live(path, live)), _shutdown_seconds(path)
    if hook + shutdown > stop.grace:
        needs = f"its preStop hook and shutdown may take {hook + shutdown:.0f} s"
        return Ending("grace-too-short", Certainty.CERTAIN, f"{after}, but {needs}")
    if stop.grace < SHORT_GRACE:
        return Ending("grace-too-short", Certainty.LIKELY, after)
    if len(stop.lines) >= STILL_BUSY:
        return Ending("grace-too-short", Certainty.LIKELY, f"{after}, and it was logging until then")
    said = f"only `{stop.lines[-1]}` was logged" if stop.lines else "nothing was logged"
    return Ending("shutdown-blocked", Certainty.LIKELY, f"{after}, and {said} meanwhile")


def _terminated(pod: PodSeen, stop: StopSeen, end: Ended, path: CoveragePath | None) -> Ending:
    how = f"it ended {stop.seconds:.1f} s after SIGTERM with {_exit(end)} and no panic in its log"
    if pod.process is not None and pod.process.shell is not None:
        return Ending("shell-entrypoint", Certainty.LIKELY, how)
    handles = path is not None and path.main is not None and path.main.handles_sigterm is True
    if handles and _code(path, "hard-exit"):
        return Ending("hard-exit", Certainty.LIKELY, how)
    return Ending("no-signal-handler", Certainty.LIKELY if handles else Certainty.CERTAIN, how)


def _left(stop: StopSeen, end: Ended, path: CoveragePath | None) -> Ending | None:
    """It left by itself and Go's exit hook did not run, or could not write."""
    if any("emit failed" in line or "inaccessible" in line for line in stop.coverage_lines):
        return None
    sure = Certainty.CERTAIN if _code(path, "hard-exit") else Certainty.LIKELY
    return Ending(
        "hard-exit", sure, f"{_exit(end)}, {stop.seconds:.1f} s after SIGTERM, without a word of Go"
    )


def _exit(end: Ended) -> str:
    return f"exit code {end.exit_code}" + (f" (signal {end.signal})" if end.signal else "")


def _code(path: CoveragePath | None, kind: str) -> bool:
    return any(fact.kind == kind for fact in path.main.code) if path and path.main else False


def _shutdown_seconds(path: CoveragePath | None) -> float:
    """The longest shutdown time-out in package main, in seconds; 0 when there is none."""
    facts = [f for f in path.main.code if f.kind == "shutdown-timeout"] if path and path.main else []
    texts = [f.value for f in facts if f.value.replace(".", "", 1).isdecimal() and len(f.value) < 9]
    return max((float(text) for text in texts), default=0.0)
