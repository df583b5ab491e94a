"""Where a pod's coverage files are: the volume behind GOCOVERDIR and the directory in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.cluster.client import Object
from bot.facts.live import PodSeen

LAYER = "container"
HOST = "hostPath"
CLAIM = "persistentVolumeClaim"


@dataclass(frozen=True, slots=True)
class Source:
    """A pod of the workload: the object as the API gives it, and what probes saw of it."""

    pod: Object
    seen: PodSeen


@dataclass(frozen=True, slots=True)
class Place:
    """A directory that coverage files are written to.

    `kind` is the kind of volume as the API names it, or `container` for the container's own layer.
    `shared` is the host directory or the claim (else empty), `volume` the pod's volume, `inside` the path in
    it. `pods` are the pods that write there: more than one only for host directories and claims.
    """

    kind: str
    node: str | None
    shared: str
    volume: str
    inside: str
    pods: tuple[str, ...]

    @property
    def where(self) -> str:
        """The place in words."""
        if self.kind == LAYER:
            return f"{self.inside} in the container's own layer of pod {self.pods[0]}"
        inside = "" if self.inside == "." else f"/{self.inside}"
        if self.kind == HOST:
            return f"{self.shared.rstrip('/')}{inside} on node {self.node}"
        if self.kind == CLAIM:
            return f"the claim {self.shared}{inside and f', {inside[1:]} in it'}"
        return f"the {self.kind} {self.volume}{inside} of pod {self.pods[0]}"


def find_places(sources: Sequence[Source]) -> tuple[Place, ...]:
    """The places of all pods, each once. Pods without GOCOVERDIR have none."""
    found: dict[tuple[str, ...], Place] = {}
    for source in sources:
        path = coverage_path(source)
        if path is None:
            continue
        place = place_of(source.pod, source.seen.container, path, _mounted(source, path))
        alone = "" if place.kind in (HOST, CLAIM) else source.seen.name
        node = place.node or "" if place.kind == HOST else ""
        key = (place.kind, node, place.shared, place.volume if alone else "", place.inside, alone)
        known = found.get(key)
        pods = (*known.pods, source.seen.name) if known else place.pods
        found[key] = Place(place.kind, place.node, place.shared, place.volume, place.inside, pods)
    return tuple(found.values())


def coverage_path(source: Source) -> str | None:
    """GOCOVERDIR as it was seen, else as the pod's spec sets it; None when unset or not absolute."""
    seen = source.seen
    started = _at_the_start(source)
    if started is not None:
        return started
    if seen.directory is not None:
        return seen.directory.resolved or seen.directory.path
    path = seen.process.gocoverdir if seen.process and seen.process.environment_read else _declared(source)
    return path if path and path.startswith("/") else None


def place_of(pod: Object, container: str, path: str, mounted: str | None = None) -> Place:
    """The place of an absolute path in a container. `mounted` is the mount point that holds it, when it was
    seen (symlinks may lead elsewhere than the path reads)."""
    spec, name = pod["spec"], pod["metadata"]["name"]
    mounts = _container(spec, container).get("volumeMounts") or ()
    mount = _covering(mounts, path, mounted)
    node = spec.get("nodeName")
    if mount is None:
        return Place(LAYER, node, "", "", path, (name,))
    kind, shared = _volume(spec, mount["name"], name)
    target, point = PurePosixPath(path), PurePosixPath(mount["mountPath"])
    rest = target.relative_to(point) if target.is_relative_to(point) else PurePosixPath()
    inside = PurePosixPath(_sub_path(mount, pod, container)) / rest
    return Place(kind, node, shared, mount["name"], _clean(inside), (name,))


def _covering(mounts: Sequence[Object], path: str, mounted: str | None) -> Object | None:
    """The mount with the longest path that holds the directory."""
    if mounted is not None:
        seen = [mount for mount in mounts if PurePosixPath(mount["mountPath"]) == PurePosixPath(mounted)]
        if seen or mounted == "/":
            return seen[-1] if seen else None
    holding = [m for m in mounts if PurePosixPath(path).is_relative_to(m["mountPath"])]
    return max(holding, key=lambda mount: len(PurePosixPath(mount["mountPath"]).parts), default=None)


def _volume(spec: Object, name: str, pod: str) -> tuple[str, str]:
    """Kind of a volume, and the host directory or claim behind it."""
    volume: Object = next((v for v in spec.get("volumes") or () if v["name"] == name), {})
    kind = next((key for key in volume if key != "name"), "emptyDir")
    if kind == HOST:
        return kind, str(volume[HOST]["path"])
    if kind == CLAIM:
        return kind, str(volume[CLAIM]["claimName"])
    return kind, f"{pod}-{name}" if kind == "ephemeral" else ""


def _sub_path(mount: Object, pod: Object, container: str) -> str:
    """subPath, or subPathExpr with the variables that the pod itself gives."""
    expression = mount.get("subPathExpr")
    if not expression:
        return str(mount.get("subPath") or "")
    metadata, spec = pod["metadata"], pod["spec"]
    fields = {
        "metadata.name": metadata["name"],
        "metadata.namespace": metadata.get("namespace", ""),
        "metadata.uid": metadata.get("uid", ""),
        "spec.nodeName": spec.get("nodeName", ""),
    }
    text = str(expression)
    for variable in _container(spec, container).get("env") or ():
        source = ((variable.get("valueFrom") or {}).get("fieldRef") or {}).get("fieldPath")
        value = variable.get("value", fields.get(source or ""))
        if value is not None:
            text = text.replace(f"$({variable['name']})", value)
    return text


def _clean(path: PurePosixPath) -> str:
    """A relative path that cannot leave the volume."""
    parts = [part for part in path.parts if part not in ("/", "..", ".")]
    return str(PurePosixPath(*parts))


def _container(spec: Object, name: str) -> Object:
    found: Object = next((c for c in spec.get("containers") or () if c["name"] == name), {})
    return found


def _declared(source: Source) -> str | None:
    """The last GOCOVERDIR of the container's env, as a plain value."""
    env = _container(source.pod["spec"], source.seen.container).get("env") or ()
    values = [variable.get("value") for variable in env if variable.get("name") == "GOCOVERDIR"]
    return values[-1] if values else None


def _at_the_start(source: Source) -> str | None:
    """Where a relative GOCOVERDIR led when the process started, in a directory that it has left since:
    covmeta is written at the start. None where it is absolute, the process has not moved, or nobody tells."""
    process = source.seen.process
    value = process.gocoverdir if process is not None and process.environment_read else None
    start = _container(source.pod["spec"], source.seen.container).get("workingDir")
    if process is None or not value or value.startswith("/") or not start or process.cwd in (None, start):
        return None
    return str(PurePosixPath(start) / value)


def _mounted(source: Source, path: str) -> str | None:
    """The mount point that was seen for a path: only that of the directory that probes looked at."""
    seen = source.seen.directory
    return seen.mount_point if seen is not None and path in (seen.resolved, seen.path) else None
