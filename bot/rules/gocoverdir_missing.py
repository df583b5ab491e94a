"""The directory that GOCOVERDIR names does not exist in the container.

What it looks at: GOCOVERDIR, the mount above it, and who makes the directory: the image, a mkdir on the host
or the node, an init container.

Why it empties the figure: Go does not make the directory. It reports `output directory "X" inaccessible
(err: stat X: no such file or directory)` and writes nothing (own experiment). A volume makes its mountPath,
not the directories below it.

How to fix: set GOCOVERDIR to the mountPath itself, or make the directory before the pod starts.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.events import DirectoryMake
from bot.facts.joints import (
    coverage_directory,
    coverage_mount,
    coverage_volume,
    final_stage,
    gocoverdir,
    node_directory,
    service_container,
)
from bot.facts.path import CoveragePath
from bot.facts.places import made_places, mounted_path, mounts_in_reach, same_place
from bot.facts.stages import stage_chain
from bot.facts.words import below, clean_path, covers, known
from bot.facts.workload import VolumeMount
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = 'Go does not make the directory: `output directory "X" inaccessible (... no such file or directory)`.'
IN_EVERY_IMAGE = ("/tmp", "/var/tmp", "/", "/home", "/root", "/var", "/etc", "/usr", "/opt", "/dev/shm")


@rule(
    "gocoverdir-missing",
    Link.VOLUME,
    title="The directory does not exist",
    source="own experiment",
    symptom=Symptom.NOTHING,
)
def gocoverdir_missing(path: CoveragePath) -> Iterator[Hit | Missing]:
    directory, mount = coverage_directory(path), coverage_mount(path)
    if directory is None or service_container(path) is None:
        return
    if mount is not None:
        yield from _below_mount(path, directory, mount)
        return
    stages = stage_chain(path.dockerfile, final_stage(path))
    if not stages or directory in IN_EVERY_IMAGE or _in_image(path, directory):
        return
    bare = stages[-1].base.startswith(("scratch", "gcr.io/distroless"))
    yield Hit(
        f"Nothing makes {directory} in the image, and no volume is mounted there.",
        WHY,
        Fix(f"Mount a volume at {directory}, or make it in the Dockerfile."),
        (_said(path), stages[0].evidence),
        Certainty.CERTAIN if bare else Certainty.LIKELY,
    )


def _said(path: CoveragePath) -> Evidence:
    entry, container = gocoverdir(path), service_container(path)
    assert container is not None
    return entry.evidence if entry is not None else container.evidence


def _in_image(path: CoveragePath, directory: str) -> bool:
    stages = stage_chain(path.dockerfile, final_stage(path))
    places = [d.path for stage in stages for d in stage.directories]
    places += [copy.destination for stage in stages for copy in stage.copies]
    places += [w.value or "" for stage in stages for w in (*stage.workdirs, *stage.volumes)]
    texts = [run.text for stage in stages for run in stage.runs]
    return any(not known(p) or covers(directory, p) for p in places) or any(directory in t for t in texts)


def _below_mount(path: CoveragePath, directory: str, mount: VolumeMount) -> Iterator[Hit | Missing]:
    """The mount makes its own path only; who makes what lies below it?"""
    rest, volume = below(mount.path, directory), coverage_volume(path)
    if not rest or volume is None or volume.kind not in ("emptyDir", "hostPath", "persistentVolumeClaim"):
        return
    if _prepared(path, mount) or (volume.kind == "hostPath" and _made_outside(path, directory)):
        return
    entry = gocoverdir(path)
    edit = patch.replace_word(path, entry.evidence, entry.value or "", mount.path) if entry else None
    yield Hit(
        f"GOCOVERDIR is {directory}, the mount is at {mount.path}, and nothing makes {rest} below it.",
        WHY,
        Fix(f"Set GOCOVERDIR={mount.path}, or make {rest} before the pod starts.", patch.diff(path, edit)),
        (_said(path), mount.evidence, volume.evidence),
        Certainty.CERTAIN if volume.kind == "emptyDir" else Certainty.LIKELY,
    )


def _prepared(path: CoveragePath, mount: VolumeMount) -> bool:
    """Whether another container mounts the volume too, or the start command makes directories."""
    workload, own = path.workload, service_container(path)
    others = [c for c in (workload.containers if workload else ()) if c is not own]
    text = " ".join([*((own.command if own else None) or ()), *((own.args if own else None) or ())])
    return "mkdir" in text or any(m.volume == mount.volume for c in others for m in c.mounts)


def _made_outside(path: CoveragePath, directory: str) -> bool:
    """Whether the run makes the directory on the host or the node, or that cannot be told."""
    node = node_directory(path)
    if node is None:
        return True
    if any(e.where != "host" and covers(node, clean_path(e.path)) for e in path.events(DirectoryMake)):
        return True
    places = [mounted_path(path, mount) for _, mount in mounts_in_reach(path)]
    return any(same_place(made, place) is not False for made, _ in made_places(path) for place in places)
