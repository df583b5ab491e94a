"""What is copied or read is not the directory that the pod writes.

What it looks at: the source of a copy from a node against the pod's hostPath there, of a copy from the
service's own pod against GOCOVERDIR, of what is read on the host against the extraMount's hostPath, and the
destination of the copy against what the report reads.

Why: A wrong path brings an empty directory or `no such file`. `docker cp` reads the node's own file
system: not the inside of a pod, and no tmpfs, which `/tmp` and `/run` are on a Kind node (tried with kind
v0.30 and Docker 20.10: `Could not find the file`; documented for `docker cp`).

How to fix: Name the same directory at both ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy
from bot.facts.joints import (
    coverage_directory,
    coverage_mount,
    coverage_volume,
    gocoverdir,
    node_directory,
)
from bot.facts.order import coverage_copies, sure
from bot.facts.patch import diff, replace_word
from bot.facts.path import CoveragePath
from bot.facts.places import coverage_mounts
from bot.facts.pods import own_pod
from bot.facts.reading import Stray, stray_reports
from bot.facts.words import clean_path, covers, known
from bot.model import Certainty, Effect, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

TMPFS = ("/tmp", "/run")
WHY = "The files are only where the process writes them; another path holds nothing, or does not exist."
WHY_TMPFS = "/tmp and /run of a Kind node are tmpfs, which docker cp cannot read."
WHY_EMPTY_DIR = "docker cp reads the node's own file system; an emptyDir is not at its mountPath there."


@rule(
    "collect-wrong-path",
    Link.COLLECT,
    symptom=Symptom.NOTHING,
    title="The path that is copied or read is not the one that is written",
    source="kubernaut; Docker 20.10 and kind v0.30",
)
def collect_wrong_path(path: CoveragePath) -> Iterator[Hit | Missing]:
    copies = coverage_copies(path)
    wrong = [hit for hit in (_judge(path, copy) for copy in copies) if hit is not None]
    if copies and len(wrong) == len(copies):
        yield wrong[0]
        return
    yield from (_stray(path, s) for s in [s for s in stray_reports(path) if not s.relative][:1])


def _judge(path: CoveragePath, copy: Copy) -> Hit | None:
    if not known(copy.source):
        return None
    if copy.where == "node":
        return _from_node(path, copy)
    if copy.where == "pod":
        return _from_pod(path, copy)
    return None


def _from_node(path: CoveragePath, copy: Copy) -> Hit | None:
    directory, mount, volume = node_directory(path), coverage_mount(path), coverage_volume(path)
    source = clean_path(copy.source)
    if volume is None or mount is None:
        return None
    if volume.kind == "emptyDir" and covers(mount.path, source):
        text = Fix("Use a hostPath volume, or copy from the pod before it ends.")
        said = f"The copy reads {source} of the node, where the pod has an emptyDir."
        return Hit(said, WHY_EMPTY_DIR, text, (copy.evidence, volume.evidence, mount.evidence))
    if directory is None:
        return None
    if not (covers(source, directory) or covers(directory, source)):
        return _mismatch(path, copy, directory, volume.evidence, f"The pod writes to {directory} on the node")
    return _on_tmpfs(path, copy, directory, volume.evidence)


def _on_tmpfs(path: CoveragePath, copy: Copy, directory: str, written: Evidence) -> Hit | None:
    """docker cp of a directory on a Kind node's tmpfs, unless an extraMount stands there."""
    if copy.tool != "docker cp" or not any(covers(t, directory) for t in TMPFS):
        return None
    if coverage_mounts(path) or path.kind is None:
        return None
    text = "Use a hostPath outside /tmp and /run, or `docker exec NODE tar -C DIR -cf - .`."
    said = f"The pod writes to {directory} on the node, a tmpfs that docker cp cannot read."
    return Hit(said, WHY_TMPFS, Fix(text), (copy.evidence, written), sure(path, Link.NODE))


def _from_pod(path: CoveragePath, copy: Copy) -> Hit | None:
    directory, entry, source = coverage_directory(path), gocoverdir(path), clean_path(copy.source)
    if directory is None or entry is None or path.workload is None or own_pod(path, copy.pod) is False:
        return None
    if covers(source, directory) or covers(directory, source) or not source.startswith("/"):
        return None
    hit = _mismatch(path, copy, directory, entry.evidence, f"The process writes to {directory}")
    if own_pod(path, copy.pod):
        return hit
    return Hit(hit.summary, hit.why, hit.fix, hit.evidence, Certainty.POSSIBLE)


def _mismatch(path: CoveragePath, copy: Copy, directory: str, written: Evidence, said: str) -> Hit:
    source = clean_path(copy.source)
    patch = diff(path, replace_word(path, copy.evidence, source, directory)) or diff(
        path, replace_word(path, copy.evidence, f"{source}/.", f"{directory}/.")
    )
    fix = Fix(f"Copy {directory} instead of {source}.", patch)
    return Hit(
        f"{said}, the copy reads {source}.", WHY, fix, (copy.evidence, written), sure(path, Link.COLLECT)
    )


def _seen_from(stray: Stray) -> str:
    """Says what relative places are relative to."""
    relative = not stray.brought.startswith(("/", "$")) and not stray.read.startswith(("/", "$"))
    return " (both seen from the repo's root)" if relative else ""


def _stray(path: CoveragePath, stray: Stray) -> Hit:
    fix = Fix(f"Let the report read {stray.brought}, or bring the files to {stray.read}.")
    certainty = sure(path, Link.COLLECT) if stray.same_name and not stray.others_read else Certainty.LIKELY
    return Hit(
        f"The files are brought to {stray.brought}, the report reads {stray.read}{_seen_from(stray)}.",
        WHY,
        fix,
        (stray.report.evidence, stray.source),
        certainty,
        Effect.DEGRADES if stray.others_read else None,
    )
