"""The files are in an emptyDir, which goes with the pod before they are collected.

What it looks at: the kind of the coverage volume, how the pod is stopped, and when and from where the files
are copied.

Why it empties the figure: an emptyDir lives as long as its pod. Counters are written when the process ends;
when the pod is scaled down or deleted, the volume is gone with it, before any copy (kloak#32).

How to fix: use a hostPath or a PersistentVolumeClaim, or end only the process and copy while the pod is
still there.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy, Stop
from bot.facts.joints import coverage_mount, coverage_volume, stops
from bot.facts.order import collections
from bot.facts.path import CoveragePath
from bot.facts.workload import Volume
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "An emptyDir is removed with its pod, and the counters are written only when the process ends."
ENDS_POD = frozenset({"scale", "delete-pod", "delete-workload", "delete-namespace", "helm-uninstall"})


@rule(
    "emptydir-lost",
    Link.VOLUME,
    title="The emptyDir goes before the files are collected",
    source="kloak#32",
    symptom=Symptom.NOTHING,
    explains=("path-mismatch", "collect-wrong-path", "extramount-missing"),
)
def emptydir_lost(path: CoveragePath) -> Iterator[Hit | Missing]:
    volume = coverage_volume(path)
    if volume is None or volume.kind != "emptyDir" or _shared(path):
        return
    taken = collections(path)
    if not taken:
        return
    ends = [stop for stop in stops(path) if stop.method in ENDS_POD and stop.order < taken[0].order]
    if ends:
        yield _hit(path, volume, ends[-1])
    elif all(not isinstance(t, Copy) or t.where != "pod" for t in taken) and not _reads_kubelet(path):
        yield Hit(
            f"The files are in the emptyDir {volume.name}, but they are looked for outside the pod.",
            WHY,
            Fix("Use a hostPath volume instead of the emptyDir."),
            (volume.evidence, taken[0].evidence),
        )


def _hit(path: CoveragePath, volume: Volume, stop: Stop) -> Hit:
    taken = collections(path)[0]
    return Hit(
        f"The files are in emptyDir {volume.name}; the pod goes ({stop.method}) before they are taken.",
        WHY,
        Fix("Use a hostPath or a PersistentVolumeClaim instead of the emptyDir."),
        (volume.evidence, stop.evidence, taken.evidence),
        Certainty.CERTAIN if stop.target else Certainty.LIKELY,
    )


def _shared(path: CoveragePath) -> bool:
    """Whether another container of the pod mounts the volume: it may save the files."""
    mount, workload = coverage_mount(path), path.workload
    if mount is None or workload is None:
        return False
    users = [c for c in workload.containers if any(m.volume == mount.volume for m in c.mounts)]
    return any(c.role != "init" for c in users[1:]) or len([c for c in users if c.role != "init"]) > 1


def _reads_kubelet(path: CoveragePath) -> bool:
    return any("/var/lib/kubelet" in copy.source for copy in path.events(Copy))
