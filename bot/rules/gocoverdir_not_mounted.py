"""No volume is mounted where the process writes.

What it looks at: GOCOVERDIR and the volumeMounts of the service's container, and whether each has its
volume.

Why it empties the figure: the files go into the container's own layer and are gone with it, or cannot be
written at all where the image has no such directory (own experiment).

How to fix: mount a volume at GOCOVERDIR, or set GOCOVERDIR to the path of the mount there is.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.joints import coverage_directory, coverage_mount, gocoverdir, service_container
from bot.facts.path import CoveragePath
from bot.facts.words import could_equal, known
from bot.facts.workload import Container, VolumeMount
from bot.model import Evidence, Fix, Link, Missing
from bot.rules.registry import Hit, rule

WHY = "Without a volume the files stay in the container's own layer and are gone with it."


@rule(
    "gocoverdir-not-mounted",
    Link.VOLUME,
    title="No volume is mounted at GOCOVERDIR",
    source="own experiment",
    explains=("gocoverdir-missing", "path-mismatch"),
)
def gocoverdir_not_mounted(path: CoveragePath) -> Iterator[Hit | Missing]:
    directory, container, workload = coverage_directory(path), service_container(path), path.workload
    if directory is None or container is None or workload is None or coverage_mount(path) is not None:
        return
    unknown = next((m for m in container.mounts if _may_cover(m, directory)), None)
    unread = [part for part in workload.unread if "mount" in part.lower() or "volume" in part.lower()]
    if unknown is not None or unread:
        reason = f"a mount is at `{unknown.path}`" if unknown else f"not readable: {unread[0]}"
        yield Missing("whether a volume is mounted at GOCOVERDIR", reason, Link.VOLUME)
        return
    yield _hit(path, container, directory)


def _may_cover(mount: VolumeMount, directory: str) -> bool:
    return not known(mount.path) and could_equal(mount.path, directory)


def _hit(path: CoveragePath, container: Container, directory: str) -> Hit:
    meant = [m for m in container.mounts if "cov" in f"{m.volume} {m.path}".lower()]
    entry = gocoverdir(path)
    evidence = (_said(path, container), *(m.evidence for m in meant[:1]))
    if len(meant) == 1 and entry is not None:
        edit = patch.replace_word(path, entry.evidence, entry.value or "", meant[0].path)
        text = f"The process writes to {directory}, but the coverage volume is mounted at {meant[0].path}."
        fix = Fix(f"Set GOCOVERDIR={meant[0].path}.", patch.diff(path, edit))
        return Hit(text, WHY, fix, evidence)
    text = f"The process writes to {directory}, and no volumeMount of container {container.name} covers it."
    return Hit(text, WHY, Fix(f"Mount a volume at {directory}."), (*evidence, container.evidence))


def _said(path: CoveragePath, container: Container) -> Evidence:
    entry = gocoverdir(path)
    return entry.evidence if entry is not None else container.evidence
