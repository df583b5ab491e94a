"""The joints between links: which directory, mount, volume, node and copy belong together.

Pure questions to a CoveragePath. Each returns None (or an empty tuple) when the path does not hold
what is asked for; none of them guesses.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.baseimages import base_image_uid
from bot.facts.build import GoBuild, Setting, Stage
from bot.facts.events import Copy, Stop
from bot.facts.node import KindNode
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import clean_path, could_equal, covers, known
from bot.facts.workload import Container, EnvVar, Volume, VolumeMount, Workload

VARIABLE = "GOCOVERDIR"


@dataclass(frozen=True, slots=True)
class ProcessUser:
    """The uid the process runs as (None: unknown) and where that is said."""

    uid: int | None
    said_by: object | None
    reason_unknown: str | None = None


def containers_with_gocoverdir(workload: Workload) -> tuple[tuple[Container, EnvVar], ...]:
    """Every container that sets GOCOVERDIR, with the entry that wins there (the last)."""
    pairs = []
    for container in workload.containers:
        entries = [entry for entry in container.env if entry.name == VARIABLE]
        if entries:
            pairs.append((container, entries[-1]))
    return tuple(pairs)


def service_container(path: CoveragePath) -> Container | None:
    """The container that runs the service's image, or None when that cannot be told.

    By image name first (tags of the service's image builds), then by a container named like the
    service, then the only container that is no init container.
    """
    if path.workload is None:
        return None
    mains = [c for c in path.workload.containers if c.role == "container"]
    tags = [tag for build in path.image_builds for tag in build.tags]
    by_image = [
        c
        for c in mains
        if c.image is not None
        and c.image.value is not None
        and known(c.image.value)
        and any(known(tag) and same_image(tag, c.image.value) for tag in tags)
    ]
    if len(by_image) == 1:
        return by_image[0]
    names = {path.service.name, *path.service.aliases}
    by_name = [c for c in mains if c.name in names]
    if len(by_name) == 1:
        return by_name[0]
    return mains[0] if len(mains) == 1 else None


def same_image(left: str, right: str) -> bool:
    """Whether two image references name the same image for the container runtime."""
    return could_equal(canonical_image(left), canonical_image(right))


def canonical_image(reference: str) -> str:
    """`x` is `docker.io/library/x:latest`; `localhost/x` stays, as containerd keeps it."""
    name, at, digest = reference.partition("@")
    head, slash, tail = name.rpartition("/")
    if not slash and tail.startswith("${"):
        return reference  # the unknown part may hold registry, name and tag
    if ":" not in tail and not at and not tail.endswith("}"):
        tail += ":latest"
    first = head.split("/")[0] if slash else ""
    if not slash or head in ("docker.io", "index.docker.io"):
        head = "docker.io/library"
    elif not ("." in first or ":" in first or first == "localhost" or first.startswith("${")):
        head = f"docker.io/{head}"
    return f"{head}/{tail}{at}{digest}"


def gocoverdir(path: CoveragePath) -> EnvVar | None:
    """GOCOVERDIR as the service's container gets it from its manifest, else None."""
    container = service_container(path)
    if container is None:
        return None
    entries = [entry for entry in container.env if entry.name == VARIABLE]
    return entries[-1] if entries else None


def coverage_directory(path: CoveragePath) -> str | None:
    """The directory the process writes to: from the manifest, else from the image's ENV; cleaned.

    A relative one lies below the working directory.
    """
    entry = gocoverdir(path) or image_gocoverdir(path)
    if entry is None or not entry.value or not known(entry.value):
        return None
    if entry.value.startswith("/"):
        return clean_path(entry.value)
    base = working_directory(path)
    return None if base is None else clean_path(f"{base}/{entry.value}")


def image_gocoverdir(path: CoveragePath) -> Setting | None:
    """GOCOVERDIR as the image's ENV sets it, else None."""
    for stage in stage_chain(path.dockerfile, final_stage(path)):
        for setting in reversed(stage.env):
            if setting.name == VARIABLE:
                return setting
    return None


def working_directory(path: CoveragePath) -> str | None:
    """The directory the process starts in: workingDir, else the last WORKDIR; None when not known."""
    container = service_container(path)
    settings = [container.working_dir] if container is not None and container.working_dir else []
    chain = stage_chain(path.dockerfile, final_stage(path))
    settings += [stage.workdirs[-1] for stage in chain if stage.workdirs]
    if not settings:
        return "/" if chain and base_image_uid(chain[-1].base) is not None else None
    value = settings[0].value
    return value if value is not None and known(value) and value.startswith("/") else None


def coverage_mount(path: CoveragePath) -> VolumeMount | None:
    """The volumeMount that covers the coverage directory: the longest mountPath above it."""
    container, directory = service_container(path), coverage_directory(path)
    if container is None or directory is None:
        return None
    above = [m for m in container.mounts if known(m.path) and covers(m.path, directory)]
    return max(above, key=lambda mount: len(clean_path(mount.path)), default=None)


def coverage_volume(path: CoveragePath) -> Volume | None:
    """The volume behind the coverage mount."""
    mount = coverage_mount(path)
    if mount is None or path.workload is None:
        return None
    return next((v for v in path.workload.volumes if v.name == mount.volume), None)


def node_directory(path: CoveragePath) -> str | None:
    """The directory on the node that holds the files: hostPath plus what lies below the mount."""
    mount, volume, directory = coverage_mount(path), coverage_volume(path), coverage_directory(path)
    if mount is None or volume is None or directory is None or volume.kind != "hostPath":
        return None
    if volume.path is None or not known(volume.path):
        return None
    rest = clean_path(directory)[len(clean_path(mount.path).rstrip("/")) :].strip("/")
    parts = [clean_path(volume.path).rstrip("/"), mount.sub_path or "", rest]
    return clean_path("/".join(part for part in parts if part) or "/")


def node_of_copy(path: CoveragePath, copy: Copy) -> KindNode | None:
    """The Kind node a `docker cp NODE:...` reads from, by kind's naming; None when unknown."""
    if path.kind is None or copy.node is None:
        return None
    exact = [n for n in path.kind.nodes if copy.node.endswith("-" + n.suffix)]
    return max(exact, key=lambda node: len(node.suffix), default=None)


def copies(path: CoveragePath) -> tuple[Copy, ...]:
    """The copies that the run itself makes (not those on error paths)."""
    return path.events(Copy)


def stops(path: CoveragePath) -> tuple[Stop, ...]:
    """The stops of the service's own workload, in order; stops of unknown targets are included."""
    names = workload_names(path)
    return tuple(stop for stop in path.events(Stop) if _may_stop(stop, names))


def workload_names(path: CoveragePath) -> set[str]:
    """The words by which commands name the workload: service names, its own name, its labels' values."""
    names = {path.service.name, *path.service.aliases}
    if path.workload is not None:
        names.add(path.workload.name)
        names.update(s.value or "" for s in path.workload.labels)
    return names - {""}


def _may_stop(stop: Stop, names: set[str]) -> bool:
    if stop.target is None or not known(stop.target):
        return True
    if stop.method in ("delete-namespace", "helm-uninstall"):
        return True
    return any(name in stop.target for name in names)


def final_stage(path: CoveragePath) -> Stage | None:
    """The stage the image is made of."""
    if path.dockerfile is None:
        return None
    return next((s for s in path.dockerfile.stages if s.index == path.dockerfile.final), None)


def taken_builds(path: CoveragePath) -> tuple[GoBuild, ...]:
    """The go builds that run with coverage on (certainly or perhaps)."""
    return tuple(build for build in path.builds if build.taken is not False)


def process_user(path: CoveragePath) -> ProcessUser:
    """The uid the service's process runs as: container, then pod context, then the image's USER."""
    container, workload, stage = service_container(path), path.workload, final_stage(path)
    for context in (container.security if container else None, workload.security if workload else None):
        if context is not None and context.run_as_user is not None:
            text = context.run_as_user.value or ""
            if text.isdecimal() and len(text) < 11:
                return ProcessUser(int(text), context.run_as_user)
            return ProcessUser(None, context.run_as_user, "runAsUser is not a plain number")
    if stage is None:
        return ProcessUser(None, None, "the image was not read")
    chain = stage_chain(path.dockerfile, stage)
    user = next((each.users[-1] for each in chain if each.users), None)
    if user is not None:
        return ProcessUser(user.uid, user, None if user.uid is not None else "USER is a name")
    return ProcessUser(base_image_uid(chain[-1].base), chain[-1], "the base image sets the user")
