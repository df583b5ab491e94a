"""No volume is mounted at the directory that the process writes to.

What it looks at: the mount table of the running container: what stands behind the coverage directory.

Why it empties the figure: without a volume the files stay in the container's own layer and are gone with
it (own experiment).

How to fix: mount a volume at the path, or set GOCOVERDIR to a path that is mounted.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import Live, PodSeen
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, observed, pods_where, whose
from bot.model import Fix, Link, Missing
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Without a volume the files stay in the container's own layer and are gone with it."


@live_rule(
    "gocoverdir-not-mounted",
    Link.VOLUME,
    title="No volume is mounted at GOCOVERDIR",
    source="own experiment",
    symptoms=(),
    explains=("gocoverdir-missing", "path-mismatch", "gocoverdir-not-writable", "emptydir-lost"),
)
def gocoverdir_not_mounted(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _own_layer)
    directory = pods[0].directory if pods else None
    if directory is None:
        return
    overlay = with_live(path, live)
    container, entry = joints.service_container(overlay), joints.gocoverdir(overlay)
    meant = [m for m in container.mounts if "cov" in f"{m.volume} {m.path}".lower()] if container else []
    there = (
        "is not there" if directory.kind is None else f"is in the container's own layer ({_layer(pods[0])})"
    )
    mounted = f"; the volume {meant[0].volume} is mounted at {meant[0].path}" if len(meant) == 1 else ""
    fix = f"Set GOCOVERDIR={meant[0].path}." if len(meant) == 1 else f"Mount a volume at {directory.path}."
    yield Hit(
        f"{directory.path} {there} in {whose(live, pods)}, no volume covers it{mounted}.",
        WHY,
        Fix(fix),
        (entry.evidence if entry else live_place(live)[0], *(m.evidence for m in meant[:1]))
        if entry or live.workload
        else (),
        observations=observed(*(p.directory.seen for p in pods if p.directory)),
    )


def _own_layer(pod: PodSeen) -> bool:
    directory = pod.directory
    return directory is not None and directory.volume is None and directory.kind != "file"


def _layer(pod: PodSeen) -> str:
    return pod.directory.fstype or "overlay" if pod.directory is not None else "overlay"
