"""The process may not write into the directory.

What it looks at: uid and gid of the process, owner and mode of the directory as the process sees it, and what
the system said when a file was made there as that uid.

Why it empties the figure: `error: coverage meta-data emit failed: ... permission denied` (own experiment).
DirectoryOrCreate and Docker make directories that root owns with mode 0755 (fission#3404, kubernaut PR 46).

How to fix: chmod or chown the directory on the host before the cluster starts, or use an emptyDir or a claim.
There is no need to run as root.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import Live, PodSeen
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, looked, mode_permits, pods_where, refusal, volume_of, whose
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Go reports `coverage meta-data emit failed: ... permission denied` on stderr and the program goes on."


@live_rule(
    "gocoverdir-not-writable",
    Link.VOLUME,
    title="The process may not write into the directory",
    source="fission#3404, kubernaut PR 46",
    symptoms=(Symptom.NOTHING,),
)
def gocoverdir_not_writable(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, denied)
    if not pods:
        return
    pod, volume = pods[0], volume_of(live, pods[0])
    where = pod.directory.path if pod.directory else joints.coverage_directory(with_live(path, live))
    odd = _permitted(pod)
    yield Hit(
        f"{runs_as(pod)} may not write into {where or 'GOCOVERDIR'} in {whose(live, pods)}: "
        f"{owner(pod)}{refusal(pod).strip()[:120]}.",
        WHY,
        Fix(_fix(pod, volume.path if volume is not None and volume.kind == "hostPath" else None)),
        (volume.evidence,) if volume is not None else live_place(live),
        Certainty.LIKELY if odd else Certainty.CERTAIN,
        observations=looked(*pods),
    )


def denied(pod: PodSeen) -> bool:
    """Whether the system refused the process a file in the directory, by permissions."""
    said = refusal(pod).lower()
    return "permission denied" in said or "operation not permitted" in said


def runs_as(pod: PodSeen) -> str:
    """The process with its uid, in words."""
    uid = pod.process.uid if pod.process is not None else None
    return f"The process (uid {uid})" if uid is not None else "The process"


def owner(pod: PodSeen) -> str:
    """Owner and mode of the directory in words, with a comma behind; "" when they were not seen."""
    directory = pod.directory
    if directory is None or directory.uid is None:
        return ""
    return f"it belongs to uid {directory.uid}, mode {directory.mode or 'unknown'}, "


def _permitted(pod: PodSeen) -> bool:
    """Whether owner and mode would allow it: then something else forbids it (SELinux)."""
    if pod.directory is None or pod.process is None or pod.process.uid is None:
        return False
    return mode_permits(pod.directory, pod.process.uid, pod.process.gid) is True


def _fix(pod: PodSeen, host_path: str | None) -> str:
    uid = pod.process.uid if pod.process is not None else None
    chown = f"chmod 0777 it, or chown it to {uid}" if uid is not None else "chmod 0777 it"
    if host_path is not None:
        return f"On the host or node behind {host_path}: {chown}, before the pod starts; or use an emptyDir."
    return f"{chown[0].upper()}{chown[1:]}, or mount a volume that the process may write to."
