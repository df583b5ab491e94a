"""Facts of a live run: what probes saw of a workload, its processes, directories and end.

Every fact holds the Observation it rests on (`seen`). None or an empty tuple means "not seen": why not
then stands in `Live.missing`. Times are seconds since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.facts.workload import Workload
from bot.model import Missing, Observation, Symptom


class Backing(StrEnum):
    """What stands behind a directory of a Kind node, read from the mount table of a pod that mounts it."""

    HOST = "host"
    """An extraMount: the directory of the machine that runs Kind."""
    NODE = "node"
    """The node container's own layer: gone with the cluster, not visible on the host."""
    TMPFS = "tmpfs"
    """Memory of the node (`/tmp`, `/run` of a Kind node): `docker cp` does not see it."""
    DOCKER_VOLUME = "docker-volume"
    """The node's anonymous volume (`/var` of a Kind node)."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file in a coverage directory: name, size in bytes, time of change."""

    name: str
    size: int
    modified: float


@dataclass(frozen=True, slots=True)
class EventSeen:
    """A Kubernetes event about the workload or its pods; `about` is `pod/NAME`."""

    kind: str
    reason: str
    message: str
    about: str
    count: int
    at: float
    seen: Observation


@dataclass(frozen=True, slots=True)
class Ended:
    """How a container ended. `signal` None: it was not a signal, or the runtime does not say."""

    exit_code: int
    reason: str
    signal: int | None = None
    message: str = ""
    started_at: float | None = None
    finished_at: float | None = None


@dataclass(frozen=True, slots=True)
class ProcessSeen:
    """The processes of a container. `first` is the command line of PID 1, `argv`, `exe`, `cwd`, `uid`,
    `gid` belong to the service's own process `pid`: PID 1, or its descendant behind a shell.

    `gocoverdir` is the variable in that process's environment, None when it is not set there;
    `environment_read` False when the environment could not be read. `shell` names the shell or script
    that is PID 1 in front of the service (`sh`, `bash`, ...); `children` counts other processes.
    """

    first: tuple[str, ...]
    pid: int
    argv: tuple[str, ...]
    exe: str | None
    cwd: str | None
    uid: int | None
    gid: int | None
    gocoverdir: str | None
    environment_read: bool
    shell: str | None
    children: int
    seen: Observation


@dataclass(frozen=True, slots=True)
class BinarySeen:
    """The running binary's build info. `rule` is the cause that it proves (`not-instrumented`,
    `coverpkg-excludes-main`) or None. `cover` None: this Go does not note it (before 1.23)."""

    path: str
    go: str
    cover: bool | None
    hook: bool
    rule: str | None
    main: str | None
    module: str | None
    settings: Mapping[str, str]
    seen: Observation


@dataclass(frozen=True, slots=True)
class DirectorySeen:
    """GOCOVERDIR as the process sees it, before the stop.

    `path` is the absolute path in the container. `kind` is `directory`, `file`, `symlink`, `other` or None
    when it is absent. `writable` was tried by making and removing a file as the process's uid and gid;
    `error` is what the system said. `fstype`, `mount_point`, `mount_root`, `read_only` are of the mount
    that holds it; `volume` is the pod's volume mounted there, None: the container's own layer.
    """

    path: str
    kind: str | None
    uid: int | None
    gid: int | None
    mode: str | None
    fstype: str | None
    mount_point: str | None
    mount_root: str | None
    read_only: bool | None
    writable: bool | None
    error: str
    volume: str | None
    entries: tuple[FileSeen, ...]
    seen: Observation
    resolved: str | None = None
    """`path` without symbolic links, None when they go in a circle."""


@dataclass(frozen=True, slots=True)
class StopSeen:
    """How a pod's service container came to its end when it was asked to stop.

    `seconds` from the request to the container's end, `grace` the pod's grace period. `lines` are the last
    lines of the log after the request, `coverage_lines` Go's own lines about coverage on stderr (whole run),
    `panic` whether the log ends in a Go panic or fatal error.
    """

    seconds: float
    grace: int
    ended: Ended | None
    lines: tuple[str, ...]
    coverage_lines: tuple[str, ...]
    panic: bool
    seen: Observation


@dataclass(frozen=True, slots=True)
class PodSeen:
    """A pod of the workload, as it ran. `waiting` is why its container does not run (`ErrImageNeverPull`),
    `last` how its container ended the time before (a restart)."""

    name: str
    uid: str
    node: str | None
    phase: str
    container: str
    image: str
    image_id: str
    restarts: int
    seen: Observation
    ready: bool = False
    started_at: float | None = None
    waiting: str | None = None
    waiting_message: str = ""
    last: Ended | None = None
    process: ProcessSeen | None = None
    binary: BinarySeen | None = None
    directory: DirectorySeen | None = None
    stop: StopSeen | None = None
    first_coverage_lines: tuple[str, ...] = ()
    """Go's lines about coverage that the log held before the stop (`meta-data emit failed`)."""
    crash_lines: tuple[str, ...] = ()
    """The last lines of the log of a container that ended before the stop (a restart, a crash loop):
    where a panic or `bad pkgID` stands."""


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A node of the cluster. `kind` says that it is a Kind node (its providerID says `kind://`)."""

    name: str
    roles: tuple[str, ...]
    kind: bool
    ready: bool
    taints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeDirectory:
    """A directory of a node, seen by a probe pod there. `exists` False: nothing is at the path.

    `before` and `after` are its files before the stop and after it, None when not listed then. `source`
    is the root of the mount behind it: for an extraMount the path on the host.
    """

    node: str
    path: str
    exists: bool
    uid: int | None
    gid: int | None
    mode: str | None
    fstype: str | None
    source: str | None
    backing: Backing
    seen: Observation
    before: tuple[FileSeen, ...] | None = None
    after: tuple[FileSeen, ...] | None = None


@dataclass(frozen=True, slots=True)
class DataProblem:
    """Something wrong with the collected data; `rule` an id of causes.md or None."""

    rule: str | None
    text: str


@dataclass(frozen=True, slots=True)
class FilesSeen:
    """The coverage files after the stop, of all pods together.

    `symptom` is judged by what this run wrote: `new` are files of the run's own pods, plus the covmeta
    files that the run's counters belong to; `stale` older coverage files in the same place. `volume` is the
    kind of volume (hostPath, emptyDir, persistentVolumeClaim, `container` for the container's own layer).
    `folder` is where the copies are on this machine, None when nothing was copied. `sure` False: an older
    covmeta may be this run's (Go may leave one that is there alone), so NOTHING may also be META_ONLY.
    """

    volume: str
    where: str
    symptom: Symptom
    new: tuple[FileSeen, ...]
    stale: tuple[FileSeen, ...]
    folder: str | None
    problems: tuple[DataProblem, ...]
    seen: Observation
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that was seen of one workload in one run.

    `target` is `deployment/NAME`; `workload` the live object read like a manifest (its evidence points
    into the object as YAML: path `cluster:NAMESPACE/KIND/NAME`, text in `texts`). `stopped`: the run
    stopped it.
    `scaled_back` who scaled it up again during the run (a controller, GitOps), None: nobody. `restored`
    what was put back, a line each.
    """

    service: str
    cluster: str
    namespace: str
    target: str
    container: str | None
    workload: Workload | None
    pods: tuple[PodSeen, ...]
    nodes: tuple[NodeSeen, ...]
    node_directories: tuple[NodeDirectory, ...] = ()
    events: tuple[EventSeen, ...] = ()
    files: FilesSeen | None = None
    stopped: bool = False
    scaled_back: str | None = None
    restored: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    missing: tuple[Missing, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
