"""Writing is refused although owner and mode allow it: an SELinux label may be missing.

What it looks at: uid and gid of the process against owner and mode of the directory behind a hostPath,
and what the system said when a file was made there.

Why it empties the figure: on a host with SELinux a container may only write to files with a container
label; a hostPath is not relabelled (Kubernetes API, kind's selinuxRelabel).

How to fix: set `selinuxRelabel: true` on the extraMount, or label the directory `container_file_t`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live, PodSeen
from bot.facts.path import CoveragePath
from bot.facts.seen import looked, mode_permits, pods_where, volume_of, whose
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.live.gocoverdir_not_writable import denied, owner, runs_as
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "With SELinux a container may not write into a host directory that is not labelled for containers."


@live_rule(
    "selinux-relabel",
    Link.VOLUME,
    title="The host directory may need an SELinux label",
    source="Kubernetes API, kind documentation",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-not-writable",),
)
def selinux_relabel(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda pod: denied(pod) and _allowed(pod))
    volume = volume_of(live, pods[0]) if pods else None
    if volume is None or volume.kind != "hostPath":
        return
    yield Hit(
        f"{runs_as(pods[0])} in {whose(live, pods)} is refused at hostPath {volume.path}, although "
        f"{owner(pods[0])}which would allow it.",
        WHY,
        Fix("Set `selinuxRelabel: true` on the extraMount, or label the directory container_file_t."),
        (volume.evidence,),
        Certainty.LIKELY,
        observations=looked(*pods),
    )


def _allowed(pod: PodSeen) -> bool:
    uid = pod.process.uid if pod.process is not None else None
    if pod.directory is None or pod.process is None or uid is None:
        return False
    return mode_permits(pod.directory, uid, pod.process.gid) is True
