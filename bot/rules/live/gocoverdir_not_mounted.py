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
from bot.facts.seen import live_place, looked, pods_where, whose
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
    explains=("path-mismatch", "gocoverdir-not-writable", "emptydir-lost"),
)
def gocoverdir_not_mounted(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _own_layer)
    directory = pods[0].directory if pods else None
    if directory is None:
        return
    overlay = with_live(path, live)
    container, entry = joints.service_container(overlay), joints.gocoverdir(overlay)
    meant = [m for m in container.mounts if "cov" in f"{m.volume} {m.path}".lower()] if container else []
    one = meant[0] if len(meant) == 1 else None
    yield Hit(
        f"{directory.path} in {whose(live, pods)} is in the container's own layer ({directory.fstype})"
        + (f"; volume {one.volume} is mounted at {one.path}." if one else ", and gone with it."),
        WHY,
        Fix(f"Set GOCOVERDIR={one.path}." if one else f"Mount a volume at {directory.path}."),
        (*((entry.evidence,) if entry else live_place(live)), *((one.evidence,) if one else ())),
        observations=looked(*pods),
    )


def _own_layer(pod: PodSeen) -> bool:
    directory = pod.directory
    return directory is not None and directory.volume is None and directory.kind not in (None, "file")
