"""fsGroup is set, but the volume is a hostPath, where it does nothing.

What it looks at: fsGroup of the live workload, the kind of the coverage volume, and whether the process
could write there.

Why it empties the figure: the kubelet gives a volume to the group only where the volume type supports
it; a hostPath keeps its owner and mode (kubernetes#138411).

How to fix: chown or chmod the directory on the host, or use a PersistentVolumeClaim or an emptyDir.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.seen import looked, pods_where, volume_of, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.gocoverdir_not_writable import denied, owner, runs_as
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "The kubelet leaves owner and mode of a hostPath as they are, whatever fsGroup says."


@live_rule(
    "fsgroup-ignored",
    Link.VOLUME,
    title="fsGroup does nothing on hostPath",
    source="kubernetes/kubernetes#138411",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-not-writable",),
)
def fsgroup_ignored(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    group = live.workload.security.fs_group if live.workload is not None else None
    pods = pods_where(live, denied)
    volume = volume_of(live, pods[0]) if pods else None
    if group is None or volume is None or volume.kind != "hostPath":
        return
    yield Hit(
        f"fsGroup {group.value} is set, but {volume.name} is the hostPath {volume.path}. {runs_as(pods[0])} "
        f"in {whose(live, pods)} may not write there, {owner(pods[0]).rstrip(', ') or 'permission denied'}.",
        WHY,
        Fix(f"chmod or chown {volume.path} on the host, or use a claim or an emptyDir instead."),
        (group.evidence, volume.evidence),
        observations=looked(*pods),
    )
