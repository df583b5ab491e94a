"""Probes against real pods: users, shells, mounts, programs, told apart as they run."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cluster.client import Cluster
from bot.cluster.options import RunOptions
from bot.cluster.probes.events import see_events
from bot.cluster.probes.inside import look_inside
from bot.cluster.probes.workload import WorkloadSeen, see_workload
from bot.cluster.target import find_target
from bot.facts.live import EventSeen, PodSeen
from bot.model import Missing
from tests.kind.live import LiveCluster, namespace_in

NONROOT = "gcr.io/distroless/static-debian12:nonroot"
MAIN = """\
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if where := os.Getenv("CHDIR"); where != "" {
		if err := os.Chdir(where); err != nil {
			panic(err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	<-ctx.Done()
}
"""
Pod = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the probes came to for one workload."""

    workload: WorkloadSeen
    pods: tuple[PodSeen, ...]
    missing: tuple[Missing, ...]
    events: tuple[EventSeen, ...]

    @property
    def pod(self) -> PodSeen:
        return self.pods[0]


@pytest.fixture(scope="module")
def images(live_cluster: LiveCluster, tmp_path_factory: pytest.TempPathFactory) -> None:
    """`probes-static:1` without a shell, `probes-shell:1` with one; both hold /app (-cover) and /plain."""
    folder = tmp_path_factory.mktemp("probes")
    (folder / "go.mod").write_text("module example.com/probes\n\ngo 1.21\n")
    (folder / "main.go").write_text(MAIN)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "DOCKER_BUILDKIT": "0"}
    for name, flags in (("app", ["-cover"]), ("plain", ["-ldflags=-s -w"])):
        _run(["go", "build", *flags, "-o", name, "."], folder, environment)
    for tag, base in (("probes-static:1", NONROOT), ("probes-shell:1", "busybox:1.36")):
        (folder / "Dockerfile").write_text(f'FROM {base}\nCOPY app plain /\nENTRYPOINT ["/app"]\n')
        _run(["docker", "build", "-q", "-t", tag, "."], folder, environment)
    live_cluster.load("probes-static:1", "probes-shell:1")


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


def pod(image: str = "probes-static:1", cov: str | None = "/cov", **extra: Any) -> Pod:
    """A pod with one container `app`; `spec` and `container` are further fields."""
    env = [{"name": "GOCOVERDIR", "value": cov}] if cov is not None else []
    container: Pod = {"name": "app", "image": image, "imagePullPolicy": "IfNotPresent", "env": env}
    given = extra.pop("container", {})
    container |= {**given, "env": env + given.get("env", [])}
    if "volume" in extra:
        extra["volumes"] = [{"name": "cov", **extra.pop("volume")}]
        container.setdefault("volumeMounts", [{"name": "cov", "mountPath": "/cov"}])
    return {"terminationGracePeriodSeconds": 2, "containers": [container], **extra}


EMPTY = {"emptyDir": {}}
PODS: dict[str, Pod] = {
    "image-user": pod(volume=EMPTY),
    "spec-user": pod(
        volume=EMPTY,
        securityContext={"runAsUser": 1234, "runAsGroup": 2345, "fsGroup": 3456, "runAsNonRoot": True},
    ),
    "spec-user-only": pod(volume=EMPTY, securityContext={"runAsUser": 1234, "runAsNonRoot": True}),
    "root": pod("probes-shell:1", volume=EMPTY),
    "root-without-rights": pod(
        "probes-shell:1",
        volume={"hostPath": {"path": "/tmp/probes-other", "type": "DirectoryOrCreate"}},
        container={"securityContext": {"capabilities": {"drop": ["ALL"]}}},
        initContainers=[
            {
                "name": "own",
                "image": "busybox:1.36",
                "command": ["sh", "-c", "chown 4444:4444 /cov && chmod 755 /cov"],
                "volumeMounts": [{"name": "cov", "mountPath": "/cov"}],
            }
        ],
    ),
    "shell": pod(
        "probes-shell:1", volume=EMPTY, container={"command": ["sh", "-c", "sleep 99999 & /app; echo done"]}
    ),
    "relative": pod("probes-shell:1", "data/cov", container={"env": [{"name": "CHDIR", "value": "/tmp"}]}),
    "working-dir": pod("probes-shell:1", "cov", container={"workingDir": "/"}, volume=EMPTY),
    "read-only": pod(
        volume=EMPTY,
        container={"volumeMounts": [{"name": "cov", "mountPath": "/cov", "readOnly": True}]},
    ),
    "read-only-root": pod(cov="/", container={"securityContext": {"readOnlyRootFilesystem": True}}),
    "file": pod(cov="/plain"),
    "below-file": pod(cov="/plain/cov"),
    "absent": pod(cov="/nowhere/cov"),
    "root-owned": pod(volume={"hostPath": {"path": "/tmp/probes-root", "type": "DirectoryOrCreate"}}),
    "unset": pod(cov=None),
    "empty": pod(cov=""),
    "not-instrumented": pod(volume=EMPTY, container={"command": ["/plain"]}),
    "no-go": pod("busybox:1.36", volume=EMPTY, container={"command": ["sleep", "99999"]}),
    "link": pod(
        "probes-shell:1",
        "/links/a",
        container={"command": ["sh", "-c", "mkdir /links; ln -s b /links/a; ln -s /cov /links/b; exec /app"]},
        volume=EMPTY,
    ),
    "loop": pod(
        "probes-shell:1",
        "/loop",
        container={"command": ["sh", "-c", "ln -s /loop /loop; exec /app"]},
    ),
    "other-user-below": pod(
        "probes-shell:1",
        volume=EMPTY,
        container={
            "command": [
                "sh",
                "-c",
                "echo u:x:777:778::/:/bin/sh >>/etc/passwd; chmod 777 /cov; su u -s /bin/sh -c /app; exit 1",
            ]
        },
    ),
    "shared-processes": pod(volume=EMPTY, shareProcessNamespace=True),
    "host-processes": pod(volume=EMPTY, hostPID=True),
    "odd": pod(
        "probes-shell:1",
        '/cov/it\'s "a" $(x)\n dir',
        container={
            "command": ["sh", "-c", 'mkdir -p "$GOCOVERDIR"; touch "$GOCOVERDIR/cov a\'b"; exec /app']
        },
        volume=EMPTY,
    ),
    "privileged": pod("probes-shell:1", volume=EMPTY, container={"securityContext": {"privileged": True}}),
}
BROKEN: dict[str, Pod] = {
    "no-image": pod("probes-nowhere:1", container={"imagePullPolicy": "Never"}),
    "crashing": pod(container={"env": [{"name": "CHDIR", "value": "/nowhere"}]}),
    "no-host-directory": pod(volume={"hostPath": {"path": "/nowhere-at-all", "type": "Directory"}}),
}


@pytest.fixture(scope="module")
def cluster(live_cluster: LiveCluster) -> Iterator[Cluster]:
    client = live_cluster.connect()
    yield client
    client.close()


@pytest.fixture(scope="module")
def looked(live_cluster: LiveCluster, cluster: Cluster, images: None) -> Iterator[dict[str, Looked]]:
    """Every pod above, looked at once."""
    with namespace_in(live_cluster) as namespace:
        bodies = [
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": name, "namespace": namespace},
                "spec": spec,
            }
            for name, spec in (PODS | BROKEN).items()
        ]
        for body in bodies:
            cluster.create("Pod", body, namespace)
        live_cluster.kubectl(
            "-n",
            namespace,
            "wait",
            "--for=condition=Ready",
            "--timeout=240s",
            *(f"pod/{name}" for name in PODS),
        )
        names = [*PODS, *BROKEN]
        with ThreadPoolExecutor(4) as pool:
            found = pool.map(lambda name: look(cluster, namespace, f"pod/{name}"), names)
            yield dict(zip(names, found, strict=True))


def look(cluster: Cluster, namespace: str, service: str) -> Looked:
    target = find_target(cluster, namespace, service)
    seen = see_workload(cluster, target, service)
    pods, _, missing = look_inside(cluster, target, seen.pods, RunOptions(), f"t{time.time_ns() % 10**6}")
    events, lost = see_events(cluster, target)
    return Looked(seen, pods, (*seen.missing, *missing, *lost), events)


USERS = {
    "image-user": (65532, 65532),
    "spec-user": (1234, 2345),
    "spec-user-only": (1234, 0),
    "root": (0, 0),
    "root-without-rights": (0, 0),
    "other-user-below": (777, 778),
    "shared-processes": (65532, 65532),
    "host-processes": (65532, 65532),
}


def test_the_user_is_that_of_the_process_wherever_it_comes_from(looked: dict[str, Looked]) -> None:
    found = {}
    for name in USERS:
        process = looked[name].pod.process
        assert process is not None, (name, looked[name].missing)
        assert process.environment_read
        assert process.gocoverdir == "/cov"
        assert process.exe == "/app"
        found[name] = (process.uid, process.gid)
    assert found == USERS


@pytest.mark.parametrize("name", ["image-user", "shell", "relative", "host-processes"])
def test_the_program_that_runs_is_instrumented(looked: dict[str, Looked], name: str) -> None:
    binary = looked[name].pod.binary
    assert binary is not None
    assert (binary.path, binary.cover, binary.hook, binary.rule) == ("/app", True, True, None)
    assert binary.main == "example.com/probes"
    assert binary.seen.probe == "binary"


def test_a_stripped_program_without_coverage_is_proved_to_be_one(looked: dict[str, Looked]) -> None:
    binary = looked["not-instrumented"].pod.binary
    assert binary is not None
    assert (binary.path, binary.cover, binary.hook, binary.rule) == (
        "/plain",
        False,
        False,
        "not-instrumented",
    )


def test_a_program_that_is_not_go_is_said_to_be_none(looked: dict[str, Looked]) -> None:
    seen = looked["no-go"]
    assert seen.pod.process is not None
    assert seen.pod.process.argv == ("sleep", "99999")
    assert seen.pod.binary is None
    assert [(each.what, "not a Go binary" in each.reason) for each in seen.missing] == [
        ("the build info of the program in pod no-go", True)
    ]


def test_the_service_behind_a_shell_is_found_beside_another_child(looked: dict[str, Looked]) -> None:
    process = looked["shell"].pod.process
    assert process is not None
    assert process.first == ("sh", "-c", "sleep 99999 & /app; echo done")
    assert (process.argv, process.shell, process.children) == (("/app",), "sh", 1)
    assert process.pid != 1
    below = looked["other-user-below"].pod.process
    assert below is not None
    assert (below.exe, below.shell) == ("/app", "sh")


@pytest.mark.parametrize("name", ["image-user", "link", "no-go", "shared-processes"])
def test_no_shell_where_none_stands_before_the_service(looked: dict[str, Looked], name: str) -> None:
    process = looked[name].pod.process
    assert process is not None
    assert process.shell is None


DIRECTORIES = {
    "image-user": ("/cov", "directory", True, "", "cov"),
    "spec-user": ("/cov", "directory", True, "", "cov"),
    "root-without-rights": ("/cov", "directory", False, "Permission denied", "cov"),
    "working-dir": ("/cov", "directory", True, "", "cov"),
    "relative": ("/tmp/data/cov", None, False, "No such file or directory", None),
    "read-only": ("/cov", "directory", False, "Read-only file system", "cov"),
    "read-only-root": ("/", "directory", False, "Read-only file system", None),
    "file": ("/plain", "file", None, "", None),
    "below-file": ("/plain/cov", None, False, "Not a directory", None),
    "absent": ("/nowhere/cov", None, False, "No such file or directory", None),
    "root-owned": ("/cov", "directory", False, "Permission denied", "cov"),
    "link": ("/links/a", "directory", True, "", "cov"),
    "loop": ("/loop", "symlink", None, "Too many levels of symbolic links", None),
    "other-user-below": ("/cov", "directory", True, "", "cov"),
}


def test_the_directory_is_what_the_service_sees(looked: dict[str, Looked]) -> None:
    found = {}
    for name in DIRECTORIES:
        directory = looked[name].pod.directory
        assert directory is not None, (name, looked[name].missing)
        found[name] = (
            directory.path,
            directory.kind,
            directory.writable,
            directory.error,
            directory.volume,
        )
    assert found == DIRECTORIES


def test_owner_mode_mount_and_files_of_a_directory(looked: dict[str, Looked]) -> None:
    directory = looked["spec-user"].pod.directory
    assert directory is not None
    assert (directory.uid, directory.gid, directory.mode) == (0, 3456, "2777")
    assert (directory.mount_point, directory.read_only) == ("/cov", False)
    assert [entry.name.partition(".")[0] for entry in directory.entries] == ["covmeta"]
    assert directory.entries[0].size > 0
    rooted = looked["root-owned"].pod.directory
    assert rooted is not None
    assert (rooted.uid, rooted.mode, rooted.fstype) == (0, "0755", "tmpfs")
    assert rooted.entries == ()


def test_odd_names_are_read_as_they_are(looked: dict[str, Looked]) -> None:
    directory = looked["odd"].pod.directory
    assert directory is not None
    assert directory.path == '/cov/it\'s "a" $(x)\n dir'
    assert (directory.kind, directory.writable) == ("directory", True)
    assert "cov a'b" in [entry.name for entry in directory.entries]


@pytest.mark.parametrize(("name", "value"), [("unset", None), ("empty", "")])
def test_without_the_variable_there_is_no_directory(
    looked: dict[str, Looked], name: str, value: str | None
) -> None:
    seen = looked[name]
    assert seen.pod.process is not None
    assert seen.pod.process.gocoverdir == value
    assert seen.pod.process.environment_read
    assert seen.pod.directory is None
    assert seen.missing == ()
    assert seen.pod.first_coverage_lines == ("warning: GOCOVERDIR not set, no coverage data emitted",)


def test_a_privileged_service_is_not_read_and_nothing_is_guessed(looked: dict[str, Looked]) -> None:
    seen = looked["privileged"]
    assert seen.pod.process is not None
    assert not seen.pod.process.environment_read
    assert seen.pod.binary is None
    assert seen.pod.directory is None
    assert [each.what for each in seen.missing] == ["GOCOVERDIR of the process in pod privileged"]


def test_the_probes_leave_nothing_behind(live_cluster: LiveCluster, looked: dict[str, Looked]) -> None:
    namespace = looked["root"].workload.workload
    assert namespace is not None
    assert namespace.namespace is not None
    listed = live_cluster.kubectl("-n", namespace.namespace, "exec", "root", "--", "ls", "-A", "/cov")
    assert [name.partition(".")[0] for name in listed.split()] == ["covmeta"]


def test_pods_that_do_not_run_say_why(looked: dict[str, Looked]) -> None:
    no_image = looked["no-image"]
    assert no_image.pod.waiting == "ErrImageNeverPull"
    assert [each.reason for each in no_image.missing] == ["its container does not run (ErrImageNeverPull)"]
    assert "ErrImageNeverPull" in {event.reason for event in no_image.events}
    refused = looked["no-host-directory"]
    assert any("hostPath type check failed" in event.message for event in refused.events)


def test_a_crash_is_kept_with_its_log(cluster: Cluster, looked: dict[str, Looked]) -> None:
    name = looked["crashing"].workload.workload
    assert name is not None
    assert name.namespace is not None
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        pod = look(cluster, name.namespace, "pod/crashing").pod
        if any(line.startswith("panic: ") for line in pod.crash_lines):
            break
        time.sleep(1)
    assert pod.last is not None
    assert pod.last.exit_code == 2
    assert any(line.startswith("panic: chdir /nowhere") for line in pod.crash_lines)


def test_the_workload_is_read_with_places_in_its_own_text(looked: dict[str, Looked]) -> None:
    seen = looked["spec-user"].workload
    assert seen.workload is not None
    container = seen.workload.containers[0]
    path = container.env[0].evidence.path
    assert path.startswith("cluster:")
    assert path.endswith("/pod/spec-user")
    lines = seen.texts[path].splitlines()
    assert lines[container.env[0].evidence.line - 1].strip() == "- name: GOCOVERDIR"
    assert [volume.name for volume in seen.workload.volumes] == ["cov"]
    assert "status:" not in lines
    assert any(node.kind and node.ready for node in seen.nodes)


def test_several_replicas_are_looked_into(live_cluster: LiveCluster, cluster: Cluster, images: None) -> None:
    with namespace_in(live_cluster) as namespace:
        cluster.create("Deployment", workload("Deployment", pod(volume=EMPTY), 3), namespace)
        ready(live_cluster, namespace, "deployment/app")
        seen = look(cluster, namespace, "app")
        assert [each.process is not None and each.binary is not None for each in seen.pods] == [True] * 3
        assert seen.missing == ()
        assert seen.workload.workload is not None
        assert seen.workload.workload.kind == "Deployment"
        assert len(seen.workload.texts) == 1


def test_what_was_put_into_a_pod_is_read_from_the_pod(
    live_cluster: LiveCluster, cluster: Cluster, images: None
) -> None:
    """A ReplicaSet adopts a pod that has another environment than its template."""
    with namespace_in(live_cluster) as namespace:
        wanted = workload("ReplicaSet", pod(volume=EMPTY), 1)
        strange = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "changed", "labels": {"app": "app"}},
            "spec": pod(cov="/tmp/other", volume=EMPTY),
        }
        cluster.create("Pod", strange, namespace)
        cluster.create("ReplicaSet", wanted, namespace)
        ready(live_cluster, namespace, "pod/changed")
        seen = look(cluster, namespace, "replicaset/app")
        assert seen.workload.workload is not None
        variable = seen.workload.workload.containers[0].env[0]
        assert (variable.value, variable.evidence.path) == ("/tmp/other", f"cluster:{namespace}/pod/changed")
        assert seen.workload.workload.evidence.path == f"cluster:{namespace}/replicaset/app"
        assert "differs from its template in container app: env GOCOVERDIR" in seen.pod.seen.text


def test_restricted_pod_security_is_kept(live_cluster: LiveCluster, cluster: Cluster, images: None) -> None:
    """Root is refused there: the user comes from a first container that runs as somebody else."""
    with namespace_in(live_cluster) as namespace:
        live_cluster.kubectl("label", "ns", namespace, "pod-security.kubernetes.io/enforce=restricted")
        secure = {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        spec = pod(volume=EMPTY, securityContext={"runAsUser": 1234}, container={"securityContext": secure})
        cluster.create(
            "Pod", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app"}, "spec": spec}, namespace
        )
        ready(live_cluster, namespace, "pod/app")
        seen = look(cluster, namespace, "app")
        assert seen.missing == ()
        assert seen.pod.process is not None
        assert (seen.pod.process.uid, seen.pod.process.gid) == (1234, 0)
        assert seen.pod.directory is not None
        assert seen.pod.directory.writable


def workload(kind: str, spec: Pod, replicas: int) -> Pod:
    labels = {"app": "app"}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "app"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def ready(cluster: LiveCluster, namespace: str, name: str) -> None:
    if name.startswith("pod/"):
        cluster.kubectl("-n", namespace, "wait", "--for=condition=Ready", "--timeout=120s", name)
    else:
        cluster.kubectl("-n", namespace, "rollout", "status", "--timeout=120s", name)
