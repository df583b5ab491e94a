"""The directory is read-only for the process.

What it looks at: `readOnly` of the volumeMount, of the volume and of the Kind extraMount, and
readOnlyRootFilesystem where no volume is mounted.

Why it empties the figure: nothing can be written there; the files are refused at the start (the layout that
kubebuilder makes sets readOnlyRootFilesystem).

How to fix: take `readOnly: true` away, or mount a writable volume at GOCOVERDIR.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.joints import (
    coverage_directory,
    coverage_mount,
    coverage_volume,
    gocoverdir,
    service_container,
)
from bot.facts.path import CoveragePath
from bot.facts.places import mounts_in_reach
from bot.model import Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Nothing can be written into a read-only directory, so no file appears."


@rule(
    "volume-read-only",
    Link.VOLUME,
    title="The directory is read-only",
    source="Kubernetes API, kind documentation",
    symptom=Symptom.NOTHING,
    explains=("gocoverdir-not-mounted", "gocoverdir-missing"),
)
def volume_read_only(path: CoveragePath) -> Iterator[Hit | Missing]:
    directory = coverage_directory(path)
    if directory is None:
        return
    locked = _locked(path)
    if locked is not None:
        what, place = locked
        edit = patch.diff(path, _writable(path, place))
        fix = Fix("Take readOnly away there.", edit)
        said = gocoverdir(path)
        evidence = (place, *((said.evidence,) if said else ()))
        yield Hit(f"The process writes to {directory}, but {what} is read-only.", WHY, fix, evidence)
    elif coverage_mount(path) is None:
        yield from _root(path, directory)


def _locked(path: CoveragePath) -> tuple[str, Evidence] | None:
    mount, volume = coverage_mount(path), coverage_volume(path)
    if mount is None:
        return None
    if mount.read_only:
        return f"its volumeMount {mount.path}", mount.evidence
    if volume is not None and volume.read_only:
        return f"the volume {volume.name}", volume.evidence
    reach = [extra for _, extra in mounts_in_reach(path)]
    if reach and all(extra.read_only for extra in reach):
        return f"the Kind extraMount {reach[0].container_path}", reach[0].evidence
    return None


def _writable(path: CoveragePath, place: Evidence) -> patch.Edit | None:
    for old, new in (("readOnly: true", "readOnly: false"), ("ReadOnly: true", "ReadOnly: false")):
        edit = patch.replace(path, place, old, new)
        if edit is not None:
            return edit
    return None


def _root(path: CoveragePath, directory: str) -> Iterator[Hit]:
    container = service_container(path)
    setting = container.security.read_only_root if container is not None else None
    if container is None or setting is None or setting.value != "true":
        return
    said = gocoverdir(path)
    yield Hit(
        f"The root filesystem is read-only, and no volume is mounted at {directory}.",
        WHY,
        Fix(f"Mount a writable volume at {directory}."),
        (setting.evidence, *((said.evidence,) if said else ())),
    )
