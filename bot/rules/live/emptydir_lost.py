"""The files are in an emptyDir, which goes with the pod.

What it looks at: the kind of volume behind the coverage directory, whether another container of the pod
shares it, and how the repo's run takes the files.

Why it empties the figure: counters are written when the process ends; when the pod is scaled down or
deleted, its emptyDir is gone with it (kloak#32). covcheck keeps the pod for the time of a copy, a test
run does not.

How to fix: use a hostPath or a PersistentVolumeClaim, or end only the process and copy while the pod is
there.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live, PodSeen
from bot.facts.order import collections
from bot.facts.path import CoveragePath
from bot.facts.seen import observed, pods_where, volume_of, whose
from bot.model import Certainty, Fix, Link, Missing
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "An emptyDir is removed with its pod, and the counters are written only when the process ends."


@live_rule(
    "emptydir-lost",
    Link.VOLUME,
    title="The emptyDir goes before the files are collected",
    source="kloak#32",
    symptoms=(),
    explains=("path-mismatch", "collect-wrong-path", "extramount-missing"),
)
def emptydir_lost(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, lambda pod: _in_empty_dir(live, pod))
    volume = volume_of(live, pods[0]) if pods else None
    if volume is None or _shared(live, volume.name) or (path is not None and collections(path)):
        return
    if path is None:
        what = f"whether a test run takes the files before emptyDir {volume.name} goes with the pod"
        yield Missing(what, "no repo was read", Link.COLLECT, needed=False, evidence=volume.evidence)
        return
    where = pods[0].directory.path if pods[0].directory else "the directory"
    files = live.files.seen if live.files is not None else None
    yield Hit(
        f"{where} in {whose(live, pods)} is the emptyDir {volume.name}: its files go with the pod.",
        WHY,
        Fix(f"Make {volume.name} a hostPath or a PersistentVolumeClaim, or copy before the pod goes."),
        (volume.evidence,),
        Certainty.LIKELY,
        observations=observed(*(p.directory.seen for p in pods if p.directory), files),
    )


def _in_empty_dir(live: Live, pod: PodSeen) -> bool:
    volume = volume_of(live, pod)
    return volume is not None and volume.kind == "emptyDir"


def _shared(live: Live, volume: str) -> bool:
    """Whether a further container mounts it: that one may save the files."""
    containers = live.workload.containers if live.workload is not None else ()
    users = [c for c in containers if c.role != "init" and any(m.volume == volume for m in c.mounts)]
    return len(users) > 1
