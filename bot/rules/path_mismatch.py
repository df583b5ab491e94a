"""The pod's directory on the node and the directory that Kind mounts are not the same.

What it looks at: the chain GOCOVERDIR, mountPath, hostPath, containerPath, copied path. It speaks where an
extraMount is meant for coverage and the pod's hostPath does not lie below its containerPath, and the files
are taken from the host or copied from that containerPath.

Why: Each name is joined to the next by nothing but being the same text: `/tmp/coverage` in the pod's
volume and `/coverdata` in the Kind config are two directories of the node. kubernaut.

How to fix: One path in all places.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy
from bot.facts.joints import coverage_volume, node_directory
from bot.facts.node import ExtraMount
from bot.facts.order import coverage_copies, sure, taken_from_host
from bot.facts.patch import diff, replace_word
from bot.facts.path import CoveragePath
from bot.facts.places import coverage_mounts, meant_for_coverage
from bot.facts.words import clean_path, covers, known
from bot.facts.workload import Volume
from bot.model import Certainty, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Volume and extraMount meet only where hostPath and containerPath name the same directory of the node."


@rule(
    "path-mismatch",
    Link.NODE,
    symptom=Symptom.NOTHING,
    title="hostPath and containerPath are different directories",
    source="kubernaut",
    explains=("collect-wrong-path", "gocoverdir-not-writable", "host-directory-missing"),
)
def path_mismatch(path: CoveragePath) -> Iterator[Hit | Missing]:
    directory, volume, meant = node_directory(path), coverage_volume(path), meant_for_coverage(path)
    if directory is None or volume is None or not meant or coverage_mounts(path):
        return
    mount = meant[0][1]
    copies = _copies_of_mount(path, mount, directory)
    if not taken_from_host(path) and not copies:
        return
    yield Hit(
        f"The pod writes to {directory} on the node, Kind mounts {mount.container_path}.",
        WHY,
        _fix(path, volume, [each for _, each in meant], bool(copies)),
        (volume.evidence, mount.evidence, *(copy.evidence for copy in copies[:1])),
        sure(path, Link.NODE) if known(mount.container_path) else Certainty.POSSIBLE,
    )


def _copies_of_mount(path: CoveragePath, mount: ExtraMount, directory: str) -> list[Copy]:
    """The copies that read the mounted directory of the node, when all of them do."""
    copies = coverage_copies(path)
    wrong = [
        c
        for c in copies
        if c.where == "node"
        and covers(mount.container_path, clean_path(c.source))
        and not covers(clean_path(c.source), directory)
    ]
    return wrong if len(wrong) == len(copies) else []


def _fix(path: CoveragePath, volume: Volume, mounts: list[ExtraMount], copied: bool) -> Fix:
    """Change the end that stands alone: the volume when the copy agrees with Kind, else Kind."""
    written, mounted = volume.path or "", mounts[0].container_path
    if copied:
        edit = replace_word(path, volume.evidence, written, mounted)
        return Fix(f"Use {mounted} as the volume's hostPath too.", diff(path, edit))
    same = [mount for mount in mounts if mount.container_path == mounted]
    edits = [replace_word(path, mount.evidence, mounted, written) for mount in same]
    return Fix(f"Use {written} as the containerPath too.", diff(path, *edits))
