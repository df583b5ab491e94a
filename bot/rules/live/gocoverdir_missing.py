"""The directory does not exist in the running container.

What it looks at: the path of GOCOVERDIR as the process sees it, and Go's own line in the log.

Why it empties the figure: Go does not make the directory: `output directory "X" inaccessible (err: stat
X: no such file or directory)` (own experiment). A mount makes its own path only, not what lies below it.

How to fix: set GOCOVERDIR to the mountPath itself, or make the directory before the program starts.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import Live, PodSeen
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, log_says, looked, pods_where, whose
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = 'Go does not make the directory: `output directory "X" inaccessible (... no such file or directory)`.'


@live_rule(
    "gocoverdir-missing",
    Link.VOLUME,
    title="The directory does not exist",
    source="own experiment",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-not-writable", "gocoverdir-not-mounted"),
)
def gocoverdir_missing(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _absent)
    if not pods:
        return
    overlay, pod = with_live(path, live), pods[0]
    where = pod.directory.path if pod.directory else pod.process.gocoverdir if pod.process else None
    where = where or joints.coverage_directory(overlay) or "The directory"
    mount, entry = joints.coverage_mount(overlay), joints.gocoverdir(overlay)
    below = f"; the mount is at {mount.path}" if mount is not None and mount.path != where else ""
    yield Hit(
        f"{where} does not exist in {whose(live, pods)}{below}.",
        WHY,
        Fix(f"Set GOCOVERDIR={mount.path}, or make {where} first." if below and mount else f"Mount {where}."),
        (entry.evidence, *([mount.evidence] if mount else [])) if entry else live_place(live),
        observations=looked(*pods),
    )


def _absent(pod: PodSeen) -> bool:
    if pod.directory is not None:
        error = pod.directory.error.lower()
        return pod.directory.kind is None and ("no such file" in error or not error)
    return log_says(pod, "emit failed", "no such file") is not None
