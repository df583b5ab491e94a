"""The directory is on a read-only file system.

What it looks at: the mount behind the coverage directory, and what the system said when a file was made
there.

Why it empties the figure: with readOnlyRootFilesystem and no volume, or with a mount or extraMount
marked readOnly, every write fails with `read-only file system` (Kubernetes API, kind documentation).

How to fix: mount a writable volume at the path, or drop readOnly there.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import joints
from bot.facts.live import Live, PodSeen
from bot.facts.overlay import with_live
from bot.facts.path import CoveragePath
from bot.facts.seen import live_place, looked, pods_where, refusal, whose
from bot.model import Evidence, Fix, Link, Missing, Symptom
from bot.rules.live.registry import live_rule
from bot.rules.registry import Hit

WHY = "Nothing can be written to a read-only file system."


@live_rule(
    "volume-read-only",
    Link.VOLUME,
    title="The directory is read-only",
    source="Kubernetes API, kind documentation",
    symptoms=(Symptom.NOTHING,),
    explains=("gocoverdir-not-mounted", "gocoverdir-missing", "gocoverdir-not-writable"),
)
def volume_read_only(live: Live, path: CoveragePath | None) -> Iterator[Hit | Missing]:
    pods = pods_where(live, _locked)
    if not pods:
        return
    directory = pods[0].directory
    where = directory.path if directory else "The coverage directory"
    own = directory is not None and directory.volume is None
    behind = "the container's own file system" if own else _mounted(pods[0])
    yield Hit(
        f"{where} is read-only in {whose(live, pods)}: it is on {behind}.",
        WHY,
        Fix(
            "Mount a writable volume there." if own else "Drop readOnly from the volume, mount or extraMount."
        ),
        _said_by(live, path, own) or live_place(live),
        observations=looked(*pods),
    )


def _locked(pod: PodSeen) -> bool:
    if pod.directory is not None and pod.directory.kind is None:
        return False  # absent: gocoverdir-missing
    if "read-only file system" in refusal(pod).lower():
        return True
    return pod.directory is not None and bool(pod.directory.read_only) and not pod.directory.writable


def _mounted(pod: PodSeen) -> str:
    directory = pod.directory
    if directory is None:
        return "a read-only mount"
    return f"volume {directory.volume}, mounted read-only at {directory.mount_point or directory.path}"


def _said_by(live: Live, path: CoveragePath | None, own: bool) -> tuple[Evidence, ...]:
    overlay = with_live(path, live)
    container, mount = joints.service_container(overlay), joints.coverage_mount(overlay)
    if own and container is not None and container.security.read_only_root is not None:
        return (container.security.read_only_root.evidence,)
    return (mount.evidence,) if mount is not None else ()
