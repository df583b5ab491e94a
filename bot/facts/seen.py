"""Questions to a live run: which pods show something, what the logs say, who may write where.

Pure; each answers None or an empty tuple when the run did not see what is asked for.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.facts.live import Backing, DirectorySeen, FileSeen, Live, NodeDirectory, PodSeen
from bot.facts.workload import Volume
from bot.model import Evidence, Observation

COVERAGE_FILES = ("covmeta.", "covcounters.")
NO_IMAGE = ("ErrImageNeverPull", "ImagePullBackOff", "ErrImagePull", "InvalidImageName")


def pods_where(live: Live, test: Callable[[PodSeen], bool]) -> tuple[PodSeen, ...]:
    """The pods that pass a test, in their order."""
    return tuple(pod for pod in live.pods if test(pod))


def whose(live: Live, pods: tuple[PodSeen, ...]) -> str:
    """The pods in words: `pod a` where it is one of one, else `2 of 3 pods (a, b)`."""
    names = ", ".join(pod.name for pod in pods[:3])
    if len(live.pods) == 1:
        return f"pod {names}"
    return f"{len(pods)} of {len(live.pods)} pods ({names}{', ...' if len(pods) > 3 else ''})"


def log_lines(pod: PodSeen) -> tuple[str, ...]:
    """Every line of the pod's log that was kept: about coverage, of an earlier crash, after the stop."""
    ends = [pod.last.message] if pod.last is not None and pod.last.message else []
    stop = (*pod.stop.coverage_lines, *pod.stop.lines) if pod.stop is not None else ()
    return (*pod.first_coverage_lines, *pod.crash_lines, *ends, *stop)


def log_says(pod: PodSeen, *words: str) -> str | None:
    """The first line of the log that holds all the words (in any case), or None."""
    lines = (line for line in log_lines(pod) if all(word in line.lower() for word in words))
    return next(lines, None)


def refusal(pod: PodSeen) -> str:
    """What the system said when the directory was written to: the probe's word, else Go's own line."""
    if pod.directory is not None and pod.directory.writable is not None:
        return pod.directory.error if not pod.directory.writable else ""
    return log_says(pod, "coverage", "emit failed") or log_says(pod, "coverage", "inaccessible") or ""


def volume_of(live: Live, pod: PodSeen) -> Volume | None:
    """The pod's volume that is mounted at the coverage directory; None: none, or not seen."""
    if live.workload is None or pod.directory is None or pod.directory.volume is None:
        return None
    return next((v for v in live.workload.volumes if v.name == pod.directory.volume), None)


def mode_permits(directory: DirectorySeen, uid: int, gid: int | None) -> bool | None:
    """Whether owner and mode let a process write there; None when they were not seen. Root may always,
    unless it lost CAP_DAC_OVERRIDE: that cannot be told from the mode."""
    if directory.mode is None or not directory.mode or set(directory.mode) - set("01234567"):
        return None
    bits = int(directory.mode, 8)
    if uid == 0:
        return None if directory.uid not in (0, None) else bool(bits & 0o200)
    if directory.uid == uid:
        return bool(bits & 0o200)
    if gid is not None and directory.gid == gid:
        return bool(bits & 0o020)
    return bool(bits & 0o002)


def backings(live: Live) -> tuple[tuple[NodeDirectory, bool], ...]:
    """The node directories, each with whether a pod of the workload ran on its node."""
    used = {pod.node for pod in live.pods if pod.node is not None}
    return tuple((each, each.node in used) for each in live.node_directories)


def unbacked(live: Live) -> tuple[NodeDirectory, ...]:
    """The directories of Kind nodes that ran a pod and have no extraMount behind them."""
    kind = {node.name for node in live.nodes if node.kind}
    own = (Backing.NODE, Backing.TMPFS, Backing.DOCKER_VOLUME)
    return tuple(d for d, used in backings(live) if used and d.node in kind and d.exists and d.backing in own)


def coverage_files(files: tuple[FileSeen, ...]) -> tuple[FileSeen, ...]:
    """The files that Go's coverage wrote, under their proper names."""
    return tuple(each for each in files if each.name.startswith(COVERAGE_FILES))


def live_place(live: Live) -> tuple[Evidence, ...]:
    """Where the live workload declares the service's container, else itself."""
    if live.workload is None:
        return ()
    own = [c.evidence for c in live.workload.containers if c.name == live.container]
    return tuple(own[:1]) or (live.workload.evidence,)


def looked(*pods: PodSeen) -> tuple[Observation, ...]:
    """What was seen of the pods' processes, directories and ends; of their status where nothing else was."""
    found = [part.seen for pod in pods for part in (pod.process, pod.directory, pod.stop) if part is not None]
    return observed(*found) or observed(*(pod.seen for pod in pods))


def observed(*seen: Observation | None) -> tuple[Observation, ...]:
    """The observations that there are, each once."""
    return tuple(dict.fromkeys(each for each in seen if each is not None))
