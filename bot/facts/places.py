"""Places on the host: where a relative path leads from the directory in which a command runs."""

from __future__ import annotations

import posixpath

from bot.facts.events import ClusterCreate, Copy, DirectoryMake, Report
from bot.facts.joints import coverage_directory, coverage_mount, node_directory
from bot.facts.node import ExtraMount, KindNode
from bot.facts.nodes import mount_on, possible_nodes
from bot.facts.path import CoveragePath
from bot.facts.words import REPO, below, clean_path, known


def place(path: str | None, cwd: str | None) -> str | None:
    """Where a host path leads: absolute, or relative to the repo's root; None when it cannot be told.

    `${repo}/x` is `x`. Paths with other holes are kept as they are: the same words mean the same place.
    """
    if not path:
        return None
    if path == REPO or path.startswith(REPO + "/"):
        return clean_path(path[len(REPO) :].lstrip("/") or ".")
    if path.startswith(("/", "$", "~")):
        return clean_path(path)
    if cwd is None:
        return None
    base = place(cwd, "") if cwd else ""
    return clean_path(posixpath.join(base or "", path))


def same_place(left: str | None, right: str | None) -> bool | None:
    """Whether two places are the same; None when that cannot be told."""
    if left is None or right is None:
        return None
    if left == right:
        return True
    if not known(left) or not known(right) or left.startswith("~") or right.startswith("~"):
        return None
    if left.startswith("/") == right.startswith("/"):
        return False
    absolute, relative = (left, right) if left.startswith("/") else (right, left)
    return None if absolute.endswith("/" + relative.lstrip("./")) else False


def inside(outer: str | None, inner: str | None) -> bool | None:
    """Whether a place is another or lies below it; None when that cannot be told."""
    if outer is None or inner is None:
        return None
    alike = outer.startswith("/") == inner.startswith("/")
    if alike and (outer in (inner, "/", ".") or inner.startswith(outer + "/")):
        return True
    return same_place(outer, inner)


def cluster_create(path: CoveragePath) -> ClusterCreate | None:
    """The creation of the cluster that the service runs in: the last one."""
    return next(reversed(path.events(ClusterCreate)), None)


def mount_place(path: CoveragePath, mount: ExtraMount) -> str | None:
    """Where an extraMount's hostPath leads: kind resolves a relative one where it is run."""
    create = cluster_create(path)
    return place(mount.host_path, create.cwd if create is not None else None)


def made_places(path: CoveragePath) -> tuple[tuple[str | None, DirectoryMake], ...]:
    """The directories that the run makes on the host, with their places."""
    return tuple((place(e.path, e.cwd), e) for e in path.events(DirectoryMake) if e.where == "host")


def destination_place(copy: Copy) -> str | None:
    """Where a copy puts what it takes."""
    return place(copy.destination, copy.cwd)


def input_places(report: Report) -> tuple[str | None, ...]:
    """Where a report reads."""
    return tuple(place(each, report.cwd) for each in report.inputs)


def coverage_mounts(path: CoveragePath) -> tuple[tuple[KindNode, ExtraMount], ...]:
    """The extraMounts that carry the pod's node directory to the host, on whichever node."""
    directory = node_directory(path)
    if directory is None or path.kind is None:
        return ()
    found = ((node, mount_on(node, directory)) for node in path.kind.nodes)
    return tuple((node, mount) for node, mount in found if mount is not None)


def mounts_in_reach(path: CoveragePath) -> tuple[tuple[KindNode, ExtraMount], ...]:
    """Those of them on nodes that the pod can run on (all of them when that cannot be told)."""
    nodes = possible_nodes(path)
    return tuple(pair for pair in coverage_mounts(path) if nodes is None or pair[0] in nodes)


def mounted_path(path: CoveragePath, mount: ExtraMount) -> str | None:
    """The place on the host of the pod's coverage files, seen through an extraMount."""
    root, directory = mount_place(path, mount), node_directory(path)
    if root is None or directory is None:
        return None
    return clean_path(posixpath.join(root, below(mount.container_path, directory)))


def meant_for_coverage(path: CoveragePath) -> tuple[tuple[KindNode, ExtraMount], ...]:
    """The extraMounts that look meant for coverage although they do not carry the pod's directory.

    By name (`cov` in one of its paths), by GOCOVERDIR or the mountPath as containerPath, or by a
    hostPath that the run reads.
    """
    if path.kind is None:
        return ()
    carried = coverage_mounts(path)
    every = ((node, mount) for node in path.kind.nodes for mount in node.mounts)
    return tuple(p for p in every if p not in carried and _looks_meant(path, p[1]))


def _looks_meant(path: CoveragePath, mount: ExtraMount) -> bool:
    if "cov" in mount.host_path.lower() or "cov" in mount.container_path.lower():
        return True
    volume_mount, directory = coverage_mount(path), coverage_directory(path)
    ends = [directory, volume_mount.path if volume_mount else None]
    return clean_path(mount.container_path) in [clean_path(end) for end in ends if end]


def read_place(path: CoveragePath, taken: Copy | Report) -> str | None:
    """Where a copy on the host or a report reads; the first input of several."""
    if isinstance(taken, Copy):
        return place(taken.source, taken.cwd)
    return next(iter(input_places(taken)), None)
