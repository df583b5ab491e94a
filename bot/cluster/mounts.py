"""What stands behind a directory of a Kind node, from the mount table of a pod that mounts it.

Tried with kind 0.30 on Docker: `/coverdata` (an extraMount) has the host's directory as root on the host's
filesystem, `/tmp/x` is tmpfs with root `/x`, `/var/x` has root `/var/lib/docker/volumes/ID/_data/x`, `/x` is
overlay with root `/x`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.facts.live import Backing

OWN_MEMORY = ("/tmp", "/run", "/dev")
"""Where a Kind node mounts memory of its own."""
VOLUME = re.compile(r"(?:^|/)volumes/[^/]+/_data(?:/|$)")
ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo: the root within its filesystem, where it is mounted, the filesystem's type."""

    root: str
    point: str
    fstype: str


def read_mounts(text: str) -> tuple[Mount, ...]:
    """The lines of /proc/PID/mountinfo that can be read (proc(5))."""
    return tuple(mount for line in text.splitlines() if (mount := _mount(line)) is not None)


def mount_at(text: str, point: str) -> Mount | None:
    """The mount at exactly this place: the last one, where several lie over each other."""
    found = [mount for mount in read_mounts(text) if mount.point == point]
    return found[-1] if found else None


def backing_of(path: str, mount: Mount | None, *, kind: bool, extra_mounts: Sequence[str] = ()) -> Backing:
    """What is behind the node's directory `path`, mounted in a pod as `mount`.

    Known for Kind nodes only. Where a node's own memory or layer looks like a host directory of the same path
    (`extra_mounts`: the containerPaths that the repo's Kind config names), it is UNKNOWN.
    """
    if not kind or mount is None:
        return Backing.UNKNOWN
    if VOLUME.search(mount.root):
        return Backing.DOCKER_VOLUME
    own = _own(path, mount)
    if own is None:
        return Backing.HOST
    named = any(PurePosixPath(path).is_relative_to(other) for other in extra_mounts)
    return Backing.UNKNOWN if named else own


def _own(path: str, mount: Mount) -> Backing | None:
    """NODE or TMPFS where the mount's root is what the node's own filesystem would show."""
    place = str(PurePosixPath(path))
    if mount.fstype == "overlay" and mount.root == place:
        return Backing.NODE
    if mount.fstype == "tmpfs":
        for memory in OWN_MEMORY:
            if place == memory + mount.root.rstrip("/"):
                return Backing.TMPFS
    return None


def _mount(line: str) -> Mount | None:
    left, dash, right = line.partition(" - ")
    fields, kinds = left.split(" "), right.split(" ")
    if not dash or len(fields) < 6:
        return None
    return Mount(_plain(fields[3]), _plain(fields[4]), kinds[0])


def _plain(text: str) -> str:
    return ESCAPE.sub(lambda found: chr(int(found[1], 8)), text)
