"""What stands behind a directory of a Kind node, from the mount table of a pod that mounts it.

Tried with kind 0.30 on Docker: `/coverdata` (an extraMount) has the host's directory as root on the host's
filesystem, `/tmp/x` is tmpfs with root `/x`, `/var/x` has root `/var/lib/docker/volumes/ID/_data/x`, `/x` is
overlay with root `/x`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from bot.cluster.probes.directory import Mount, parse_mounts
from bot.facts.live import Backing

OWN_MEMORY = ("/tmp", "/run", "/dev")
"""Where a Kind node mounts memory of its own."""
VOLUME = re.compile(r"(?:^|/)volumes/[^/]+/_data(?:/|$)")


def mount_at(text: str, point: str) -> Mount | None:
    """The mount at exactly this place of a mountinfo: the last one, where several lie over each other."""
    found = [mount for mount in parse_mounts(text) if mount.point == point]
    return found[-1] if found else None


def backing_of(
    path: str,
    mount: Mount | None,
    *,
    kind: bool,
    extra_mounts: Sequence[str] = (),
    own: Mount | None = None,
) -> Backing:
    """What is behind the node's directory `path`, mounted in a pod as `mount`.

    Known for Kind nodes only. `own` is a mount of the node's own layer: an overlay of the same device is
    that layer, of another one the host's. Without it, where a node's own memory or layer looks like a host
    directory of the same path (`extra_mounts`: the containerPaths that the repo's Kind config names), it is
    UNKNOWN.
    """
    if not kind or mount is None:
        return Backing.UNKNOWN
    if VOLUME.search(mount.root):
        return Backing.DOCKER_VOLUME
    if own is not None and own.fstype == mount.fstype == "overlay":
        return Backing.NODE if mount.device == own.device else Backing.HOST
    found = _own(path, mount)
    if found is None:
        return Backing.HOST
    named = any(PurePosixPath(path).is_relative_to(other) for other in extra_mounts)
    return Backing.UNKNOWN if named else found


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
