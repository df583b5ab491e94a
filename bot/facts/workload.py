"""Facts of the links run and volume: the workload as the repo deploys it with coverage on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.build import Guard, Setting
from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class EnvVar:
    """One environment variable of a container. `value` None: set from elsewhere (`value_from`)."""

    name: str
    value: str | None
    evidence: Evidence
    guards: tuple[Guard, ...] = ()
    value_from: str | None = None


@dataclass(frozen=True, slots=True)
class VolumeMount:
    """A volumeMount: `volume` names the volume, `path` is the mountPath."""

    volume: str
    path: str
    evidence: Evidence
    read_only: bool = False
    sub_path: str | None = None
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """A pod volume. `kind` is the API's field name: hostPath, emptyDir, persistentVolumeClaim, ...

    `path` and `host_type` belong to hostPath (type DirectoryOrCreate, Directory, ...); `claim` to a
    PVC. `read_only` is the volume source's own flag.
    """

    name: str
    kind: str
    evidence: Evidence
    path: str | None = None
    host_type: str | None = None
    claim: str | None = None
    read_only: bool = False
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Security:
    """A security context, of a pod or a container. Each value keeps its place, None when absent.

    `run_as_user`, `run_as_group`, `fs_group` hold digits as text; booleans hold `true` or `false`.
    """

    run_as_user: Setting | None = None
    run_as_group: Setting | None = None
    fs_group: Setting | None = None
    run_as_non_root: Setting | None = None
    read_only_root: Setting | None = None
    privileged: Setting | None = None
    selinux_type: Setting | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A container as declared. `role` is `container`, `init` or `sidecar` (an init that restarts)."""

    name: str
    image: Setting | None
    evidence: Evidence
    role: str = "container"
    pull_policy: Setting | None = None
    command: tuple[str, ...] | None = None
    args: tuple[str, ...] | None = None
    command_evidence: Evidence | None = None
    working_dir: Setting | None = None
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[Setting, ...] = ()
    mounts: tuple[VolumeMount, ...] = ()
    security: Security = Security()
    memory_limit: Setting | None = None
    pre_stop: Setting | None = None


@dataclass(frozen=True, slots=True)
class Toleration:
    """A toleration; empty key with operator Exists tolerates everything."""

    key: str
    operator: str
    value: str
    effect: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Workload:
    """A Deployment, StatefulSet, DaemonSet, Job or Pod as the repo deploys it with coverage on.

    `origin` says how it is written: `yaml`, `go-yaml` (YAML in a Go string), `go-struct` (typed
    corev1), `helm`, `kustomize`. `node_selector` holds label=value settings; `affinity` the required
    node affinity terms as `key operator values` text. `unread` names parts that were not readable.
    """

    kind: str
    name: str
    namespace: str | None
    evidence: Evidence
    origin: str
    containers: tuple[Container, ...]
    volumes: tuple[Volume, ...] = ()
    labels: tuple[Setting, ...] = ()
    replicas: Setting | None = None
    node_selector: tuple[Setting, ...] = ()
    node_name: Setting | None = None
    tolerations: tuple[Toleration, ...] = ()
    affinity: tuple[Setting, ...] = ()
    security: Security = Security()
    grace_seconds: Setting | None = None
    restart_policy: Setting | None = None
    host_pid: bool = False
    guards: tuple[Guard, ...] = ()
    unread: tuple[str, ...] = ()
