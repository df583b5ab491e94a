"""fsGroup is set to make the directory writable, but the volume is a hostPath.

What it looks at: fsGroup of the pod, the kind of the coverage volume, the uid of the process, and owner and
mode of the host directory.

Why it empties the figure: the kubelet changes ownership only for volume types that support it; on hostPath
fsGroup does nothing (kubernetes/kubernetes#138411). The process then gets `permission denied`.

How to fix: chown or chmod the host directory, or use a PersistentVolumeClaim or an emptyDir.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.joints import coverage_volume, process_user
from bot.facts.path import CoveragePath
from bot.facts.writable import host_path_access
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.gocoverdir_not_writable import said_by
from bot.rules.registry import Hit, rule

WHY = "The kubelet does not apply fsGroup to hostPath volumes (kubernetes/kubernetes#138411)."


@rule(
    "fsgroup-ignored",
    Link.VOLUME,
    title="fsGroup does nothing on hostPath",
    source="kubernetes/kubernetes#138411",
    symptom=Symptom.NOTHING,
    explains=("gocoverdir-not-writable",),
)
def fsgroup_ignored(path: CoveragePath) -> Iterator[Hit | Missing]:
    volume, user, workload = coverage_volume(path), process_user(path), path.workload
    group = workload.security.fs_group if workload is not None else None
    if volume is None or volume.kind != "hostPath" or group is None or not user.uid:
        return
    access = host_path_access(path, user.uid)
    if access is None or access.writable is not False:
        return
    yield Hit(
        f"fsGroup {group.value} does nothing on hostPath {volume.path}: uid {user.uid} may not write there.",
        WHY,
        Fix(f"chmod 0777 or chown the host directory to {user.uid}, or use a PersistentVolumeClaim."),
        (group.evidence, volume.evidence, *said_by(user), *access.evidence[:1]),
        Certainty.CERTAIN if access.sure else Certainty.LIKELY,
    )
