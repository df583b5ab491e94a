"""Volumes and mounts: the pod's volumeMounts and volumes, and Kind's extraMounts."""

from __future__ import annotations

import re

from bot.facts.joints import coverage_directory, coverage_mount, coverage_volume, service_container
from bot.facts.path import CoveragePath
from bot.facts.words import covers, known
from bot.facts.workload import Volume, VolumeMount
from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import (
    about_coverage,
    pinned,
    precise,
    quoted,
    same_path,
    when,
    wholly_read,
)
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "volume volumes mount mounts mounted mountpath containerpath hostpath emptydir at to on into in pod the a"
    " our we is via kind node worker container host storage coverage directory path extramount"
    " extramounts persistent"
)
_PATH = re.compile(r"(?<![\w.$}/])(/[\w.${}/-]{1,200})")
_KINDS = (
    ("hostPath", re.compile(r"\bhost ?path\b", re.IGNORECASE)),
    ("emptyDir", re.compile(r"\bempty ?dir\b", re.IGNORECASE)),
    ("persistentVolumeClaim", re.compile(r"\bpvc\b|\bpersistent ?volume(?: ?claim)?\b", re.IGNORECASE)),
)


@holder(Subject.MOUNT, Link.VOLUME, _WORDS)
def mount(claim: Claim, side: Side) -> Held:
    found = _PATH.search(claim.value, 0, 600)
    place = found[1].rstrip("/.") if found else None
    kind = next((name for name, pattern in _KINDS if pattern.search(claim.text, 0, 600)), None)
    if "$" in claim.value:
        return nothing(f"The path in `{quoted(claim.value)}` hides behind a variable.")
    if place is not None and re.search(r"containerPath|extra-?mount", claim.text, re.IGNORECASE):
        return _on_node(place, side.path)
    if side.path.workload is None or service_container(side.path) is None:
        return nothing("The pod's declaration was not read.")
    if kind is not None:
        return _volume(kind, place, side.path)
    return _mounted(place, side.path) if place is not None else _some(claim, side.path)


def _on_node(place: str, path: CoveragePath) -> Held:
    """Kind's extraMounts."""
    if path.kind is None:
        return nothing("No Kind config was read.")
    mounts = [mount for node in path.kind.nodes for mount in node.mounts]
    for each in mounts:
        if known(each.container_path) and same_path(each.container_path, place):
            line = pinned(path, each.evidence, f"containerPath: {each.container_path}")
            return so(f"{line.place} mounts {quoted(each.host_path)} on {quoted(place)} in the node.", line)
    meant = [each for each in mounts if about_coverage(each.container_path)]
    if (
        not about_coverage(place)
        or path.kind.implicit
        or any(not known(each.container_path) for each in mounts)
    ):
        return nothing(f"No extraMount at {quoted(place)} was read.", path.kind.evidence)
    if meant:
        said = f"{meant[0].evidence.place} mounts {quoted(meant[0].container_path)} in the node"
        return otherwise(f"{said}, not {quoted(place)}.", *(each.evidence for each in meant))
    names = ", ".join(quoted(each.container_path) for each in mounts[:4])
    text = f"{path.kind.path} has no extraMount at {quoted(place)}" + (
        f", only at {names}." if names else "."
    )
    places = tuple(each.evidence for each in mounts[:4]) or tuple(node.evidence for node in path.kind.nodes)
    return otherwise(text, *(places or (path.kind.evidence,)))


def _volume(kind: str, place: str | None, path: CoveragePath) -> Held:
    volumes = path.workload.volumes if path.workload else ()
    alike = [precise(path, v) for v in volumes if v.kind == kind]
    if place is None:
        meant = _coverage_volume(path)
        if meant is not None and meant.kind == kind:
            return so(f"{_shown(meant)}.", meant.evidence)
        if meant is not None and _coverage_free(alike):
            return otherwise(f"{_shown(meant)}, not a {kind}.", meant.evidence)
        return nothing(
            f"Which volume is meant cannot be told; {len(alike)} of the pod's volumes are a {kind}."
        )
    if kind != "hostPath":
        return _of_kind(kind, place, path)
    for each in alike:
        if each.path is not None and known(each.path) and same_path(each.path, place):
            return so(f"{_shown(each)}.", each.evidence)
    if mount := _at(place, path):
        return _other_kind(mount, place, path)
    return _no_volume(place, path)


def _of_kind(kind: str, place: str, path: CoveragePath) -> Held:
    """An emptyDir or a claim: a path beside it is where it is mounted."""
    mount = _at(place, path)
    if mount is None:
        return _mounted(place, path)
    volume = _named(mount.volume, path)
    if volume is not None and volume.kind == kind:
        return so(f"{_shown(volume)}, mounted at {quoted(place)}.", volume.evidence, mount.evidence)
    return _other_kind(mount, place, path)


def _coverage_volume(path: CoveragePath) -> Volume | None:
    volume = coverage_volume(path)
    return None if volume is None else precise(path, volume)


def _coverage_mount(path: CoveragePath) -> VolumeMount | None:
    mount = coverage_mount(path)
    return None if mount is None else precise(path, mount)


def _named(name: str, path: CoveragePath) -> Volume | None:
    volumes = path.workload.volumes if path.workload else ()
    return next((precise(path, v) for v in volumes if v.name == name), None)


def _coverage_free(volumes: list[Volume]) -> bool:
    return not any(about_coverage(f"{v.name} {v.path or ''}") for v in volumes)


def _other_kind(mount: VolumeMount, place: str, path: CoveragePath) -> Held:
    """Something is mounted at that very place; what it is, is read or not."""
    volume = _named(mount.volume, path)
    if volume is None or (volume.kind == "hostPath" and (volume.path is None or not known(volume.path))):
        return partly(
            f"{mount.evidence.place} mounts a volume at {quoted(place)}; what it is was not readable.",
            mount.evidence,
        )
    return otherwise(f"{_shown(volume)}, mounted at {quoted(place)}.", volume.evidence, mount.evidence)


def _no_volume(place: str, path: CoveragePath) -> Held:
    workload = path.workload
    if workload is None or not wholly_read(path) or not about_coverage(place):
        return nothing(f"No hostPath volume {quoted(place)} was read, and not everything was.")
    if any(v.kind == "hostPath" and (v.path is None or not known(v.path)) for v in workload.volumes):
        return nothing("A hostPath of the pod hides behind a variable.", workload.evidence)
    names = ", ".join(quoted(f"{v.name} ({v.kind})") for v in workload.volumes[:6]) or "none"
    said = f"{workload.kind} {workload.name} ({workload.evidence.place}) has no hostPath {quoted(place)}"
    return otherwise(
        f"{said}; its volumes: {names}.",
        workload.evidence,
        *(precise(path, v).evidence for v in workload.volumes[:4]),
    )


def _shown(volume: Volume) -> str:
    what = f"{volume.kind} {quoted(volume.path)}" if volume.path else volume.kind
    return f"{volume.evidence.place} has the volume {quoted(volume.name)} as {what}{when(volume.guards)}"


def _at(place: str, path: CoveragePath) -> VolumeMount | None:
    container = service_container(path)
    mounts = container.mounts if container else ()
    return next((precise(path, m) for m in mounts if known(m.path) and same_path(m.path, place)), None)


def _mounted(place: str, path: CoveragePath) -> Held:
    """A mountPath of the service's container."""
    found = _at(place, path)
    if found is not None:
        said = f"{found.evidence.place} mounts volume {quoted(found.volume)} at {quoted(found.path)}"
        return so(f"{said}{when(found.guards)}.", found.evidence)
    above, directory = _coverage_mount(path), coverage_directory(path)
    if above is not None and covers(above.path, place):
        return partly(
            f"{above.evidence.place} mounts {quoted(above.path)}, which {quoted(place)} lies in.",
            above.evidence,
        )
    return _not_mounted(place, above.evidence if above else None, directory, path)


def _not_mounted(place: str, above: Evidence | None, directory: str | None, path: CoveragePath) -> Held:
    container, workload = service_container(path), path.workload
    if container is None or workload is None:
        return nothing("The pod's declaration was not read.")
    if not wholly_read(path) or not about_coverage(place) or any(not known(m.path) for m in container.mounts):
        return nothing(f"No mount at {quoted(place)} was read in the service's container.")
    elsewhere = next((m for m in _all_mounts(path) if known(m.path) and same_path(m.path, place)), None)
    if elsewhere is not None:
        return partly(
            f"{elsewhere.evidence.place} mounts {quoted(place)} in another container.", elsewhere.evidence
        )
    names = ", ".join(quoted(m.path) for m in container.mounts[:6]) or "nothing"
    text = f"Container {container.name} ({container.evidence.place}) mounts {names}, not {quoted(place)}."
    places = (above,) if above is not None and directory else tuple(m.evidence for m in container.mounts[:4])
    return otherwise(text, *(places or (container.evidence,)))


def _all_mounts(path: CoveragePath) -> list[VolumeMount]:
    """The mounts of all containers that the run deploys of the service."""
    workloads = (path.workload, *path.others) if path.workload is not None else path.others
    return [mount for workload in workloads for each in workload.containers for mount in each.mounts]


def _some(claim: Claim, path: CoveragePath) -> Held:
    """`Volume mounted`: it names no path, so the coverage directory's mount is looked at."""
    found, volume = _coverage_mount(path), _coverage_volume(path)
    if found is not None:
        what = f" ({volume.kind} {quoted(volume.path or '')})".replace(" )", ")") if volume else ""
        text = f"{found.evidence.place} mounts volume {quoted(found.volume)}{what} at {quoted(found.path)}"
        text += when(found.guards)
        if found.read_only or (volume is not None and volume.read_only):
            return partly(f"{text}, read-only.", found.evidence)
        return so(f"{text}.", found.evidence, *((volume.evidence,) if volume else ()))
    container = service_container(path)
    names = ", ".join(quoted(m.path) for m in container.mounts[:6]) if container else ""
    places = tuple(m.evidence for m in container.mounts[:4]) if container else ()
    return nothing(
        f"It names no path, and no mount for coverage was read (mounts: {names or 'none'}).", *places
    )
