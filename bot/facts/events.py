"""What an end-to-end run does, in order: the timeline of commands and API calls of a suite.

Whatever language the suite is written in (Go, shell, make, a workflow), the same event stands for
the same act. `order` counts up along the timeline; events that run in parallel share no promise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.facts.build import Guard, Setting
from bot.model import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Common to all: place, conditions, position, and `phase`: `setup`, `test` or `teardown`.

    `cwd` is the directory the act runs in: repo-relative ("" is the root), absolute, or None when
    it cannot be told. `entry` names the entry point that leads here (a suite, a make target).
    """

    evidence: Evidence
    order: int = 0
    guards: tuple[Guard, ...] = ()
    phase: str = "setup"
    cwd: str | None = None
    entry: str = ""

    @property
    def on_error_path(self) -> bool:
        """True when it runs only after something before it failed."""
        return any(guard.error_path for guard in self.guards)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBuild(Event):
    """`docker|podman|buildx|nerdctl build`, skaffold, a build action, ko or goreleaser.

    `build_args` are those passed with coverage on, each with its own guards. One whose name is a hole
    (`${BUILD_FLAGS}`) stands for words that were not readable: they may pass any build arg.
    `dockerfile` is relative to `cwd`, as the tool resolves it.
    """

    tool: str
    dockerfile: str | None
    context: str | None = None
    target: str | None = None
    tags: tuple[str, ...] = ()
    build_args: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLoad(Event):
    """`kind load docker-image|image-archive`, or a save to a tar that is loaded."""

    images: tuple[str, ...]
    cluster: str | None = None
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSave(Event):
    """`docker save A -o x.tar`: images go into an archive that may be loaded later."""

    images: tuple[str, ...]
    archive: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePush(Event):
    """`docker push A`, `docker buildx build --push`: images go to a registry that nodes can pull from."""

    images: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTag(Event):
    """`docker tag A B`: B is another name of A."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterCreate(Event):
    """`kind create cluster`; `config` is the config's path (or None for kind's default).

    A config fed through stdin stands in `inline`, its first line at `inline_evidence`.
    """

    name: str | None
    config: str | None = None
    inline: str | None = None
    inline_evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryMake(Event):
    """mkdir, chmod or chown of a directory on `where`: `host`, `node` (docker exec) or `pod`.

    `mode` is octal as an int (0o777) or None; for Go's os.MkdirAll the umask still applies.
    `chmod` is True when the mode is set by chmod (which the umask does not touch).
    """

    path: str
    where: str = "host"
    node: str | None = None
    mode: int | None = None
    chmod: bool = False
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEdit(Event):
    """`kustomize edit set image NAME=NEW`: the kustomization in `cwd` names other images from now on."""

    images: tuple[Setting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite(Event):
    """`sed -i`, `yq -i`, `kubectl set image`: manifests or workloads may name another image from now on.

    What they change is not followed; rules that compare image names must not be sure behind it.
    """

    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy(Event):
    """A workload is put into the cluster: kubectl apply, helm install, kustomize, a client create.

    `source` is a file, folder or chart; `workloads` are names of those it makes, where known;
    `values` the helm values set on the way (`values_files` those given as files, in order); for
    skaffold, a value named `profile` is an activated profile. `edits` are those made before to
    kustomizations, `unread` words of the command line that were not readable, `fills` the texts that
    envsubst or sed replace in the source on the way (name: what is replaced). A manifest fed through
    stdin stands in `inline`, its first line at `inline_evidence`.
    """

    method: str
    source: str | None = None
    workloads: tuple[str, ...] = ()
    values: tuple[Setting, ...] = ()
    namespace: str | None = None
    values_files: tuple[str, ...] = ()
    edits: tuple[ImageEdit, ...] = ()
    unread: tuple[str, ...] = ()
    fills: tuple[Setting, ...] = ()
    inline: str | None = None
    inline_evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEnv(Event):
    """`kubectl set env`: variables of a workload's containers change, its pods are replaced.

    A setting with value None removes the variable (`NAME-`). `target` as in Stop.
    """

    target: str | None
    settings: tuple[Setting, ...]
    namespace: str | None = None
    container: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMake(Event):
    """A file is made from others: `sed`, `envsubst`, `helm template`, `kustomize build`, `cp`."""

    path: str
    sources: tuple[str, ...]
    method: str
    fills: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Event):
    """The workload's process is made to end.

    `method`: `scale` (to zero), `delete-pod`, `delete-workload`, `delete-namespace`,
    `helm-uninstall`, `rollout-restart`, `kill` (exec or docker exec; `signal` says which).
    `target` is the name or selector. `force` is `--force` or grace period 0. `via` is the program that
    sends a signal and the first word it runs: `kubectl exec kill`, `docker exec sh`. `waits` is set
    where the call says whether it returns only when the pod is gone (`--wait`, `--wait=false`).
    """

    method: str
    target: str | None = None
    namespace: str | None = None
    force: bool = False
    grace_seconds: int | None = None
    signal: str | None = None
    via: str | None = None
    waits: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Event):
    """Waiting after a stop. `method`: `deleted` (kubectl wait --for=delete, a poll until no pod is
    left), `rollout` (rollout status), `sleep`, `scaled` (replicas in the spec or status are 0), `ready`
    (a condition of pods that run, which says nothing of those that stop)."""

    method: str
    target: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(Event):
    """Coverage files are taken from somewhere to the host.

    `where`: `node` (docker|podman cp, docker exec cat), `pod` (kubectl cp, kubectl exec tar), `host`
    (read or copied on the host itself). `node` is the node container's name, `pod` the pod's name or
    an expression, `first_only` is True when only the first of several pods is read (`items[0]`).
    `source` and `destination` are paths; `contents_only` is True for `src/.`.
    """

    tool: str
    where: str
    source: str
    destination: str | None = None
    node: str | None = None
    pod: str | None = None
    container: str | None = None
    first_only: bool = False
    contents_only: bool = False
    destination_is_fresh: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecInPod(Event):
    """A command run in a running container (`kubectl exec`), other than a copy or a kill."""

    argv: tuple[str, ...]
    pod: str | None = None
    container: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teardown(Event):
    """The cluster or a namespace goes. `what`: `cluster` or `namespace`."""

    what: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Event):
    """`go tool covdata VERB -i=...` or `go tool cover`: `verb` percent, textfmt, merge, func, html."""

    verb: str
    inputs: tuple[str, ...] = ()
    output: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean(Event):
    """A directory is emptied or removed (rm -rf, os.RemoveAll)."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck(Event):
    """Something looks whether the directory holds files before going on (ls, os.ReadDir, test -n)."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoTest(Event):
    """`go test` or `ginkgo` of a package: leads from a Makefile or script to the suite it runs.

    `make` are the variables of the command lines of make that lead here: makes below inherit them.
    """

    packages: tuple[str, ...]
    cover: bool = False
    env: tuple[Setting, ...] = field(default=())
    make: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload(Event):
    """A report is sent elsewhere (codecov, an artifact)."""

    tool: str
    files: tuple[str, ...] = ()
