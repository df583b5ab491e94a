"""The files are taken from the host, but no extraMount carries the pod's directory there.

What it looks at: where the run takes coverage files without `docker cp`, `kubectl cp` or the like: then
the pod's hostPath must lie below the containerPath of an extraMount in the Kind config.

Why: A Kind node is a container. A pod's hostPath is a directory inside that container; the machine that
runs kind sees it only through an extraMount. kubernaut PR 46. Where files are copied from the node or from a
pod, no extraMount is needed, and this rule is quiet.

How to fix: Add an extraMount with the pod's hostPath as containerPath, or copy from the node.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Clean
from bot.facts.joints import coverage_volume, node_directory
from bot.facts.node import KindConfig
from bot.facts.nodes import possible_nodes
from bot.facts.order import sure, taken_from_host
from bot.facts.patch import give_extra_mount
from bot.facts.path import CoveragePath
from bot.facts.places import (
    cluster_create,
    coverage_mounts,
    made_places,
    meant_for_coverage,
    place,
    read_place,
    same_place,
)
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A Kind node is a container: its directories reach the host through an extraMount only."


@rule(
    "extramount-missing",
    Link.NODE,
    symptom=Symptom.NOTHING,
    title="No extraMount carries the files to the host",
    source="kubernaut PR 46; kind docs, extra mounts",
    explains=("gocoverdir-not-writable",),
)
def extramount_missing(path: CoveragePath) -> Iterator[Hit | Missing]:
    directory, volume, kind = node_directory(path), coverage_volume(path), path.kind
    taken = taken_from_host(path)
    if directory is None or volume is None or kind is None or not taken:
        return
    if coverage_mounts(path) or meant_for_coverage(path):
        return
    yield Hit(
        f"The pod writes to {directory} on the node and the files are read on the host, but "
        f"{kind.path} has no extraMount for it.",
        WHY,
        _fix(path, kind, volume.path or directory),
        (volume.evidence, kind.evidence, taken[0].evidence),
        _certainty(path, kind),
    )


def _certainty(path: CoveragePath, kind: KindConfig) -> Certainty:
    """CERTAIN where the run prepares on the host what it reads there: then no unread copy fills it."""
    if sure(path, Link.NODE, Link.COLLECT) is not Certainty.CERTAIN:
        return Certainty.POSSIBLE
    if kind.implicit and cluster_create(path) is None:
        return Certainty.LIKELY
    read = [read_place(path, taken) for taken in taken_from_host(path)]
    prepared = [where for where, _ in made_places(path)]
    prepared += [place(clean.path, clean.cwd) for clean in path.events(Clean)]
    known_end = any(same_place(left, right) for left in read for right in prepared)
    return Certainty.CERTAIN if known_end else Certainty.LIKELY


def _fix(path: CoveragePath, kind: KindConfig, container_path: str) -> Fix:
    host = next((p for p in (read_place(path, t) for t in taken_from_host(path)) if p), None)
    text = (
        f"Mount {host or 'the directory that is read'} at {container_path} in the Kind config (extraMounts)."
    )
    nodes = possible_nodes(path)
    if host is None or not host.startswith("/") or not nodes or kind.implicit:
        return Fix(text)
    return Fix(text, give_extra_mount(path, nodes, host, container_path))
