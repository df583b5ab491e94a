"""The files around a stop, in a real cluster: real binaries, volumes of every kind, hostile writers."""

from __future__ import annotations

import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cluster.client import Cluster
from bot.cluster.collect import collecting, host_directories, wanted_claims
from bot.cluster.options import RunOptions
from bot.cluster.places import Source
from bot.cluster.probes.nodes import read_nodes, see_again, see_nodes, wanted_on_nodes
from bot.cluster.toolpods import tool_pods
from bot.covdata.profile import load
from bot.errors import NotInCluster
from bot.facts.live import Backing, FilesSeen, NodeDirectory, PodSeen
from bot.model import Missing, Observation, Symptom
from tests.kind.covered_image import covered_image
from tests.kind.live import LiveCluster, namespace_in
from tests.kind.stopped_workloads import until

SEEN = Observation("test", "pod", "made by the test")
Body = dict[str, Any]


@pytest.fixture(scope="module")
def image(live_cluster: LiveCluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    return covered_image(live_cluster, tmp_path_factory.mktemp("files"))


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace of the shared cluster, and a name of its own for directories on nodes."""

    lab: LiveCluster
    cluster: Cluster
    namespace: str
    word: str


@pytest.fixture
def place(live_cluster: LiveCluster) -> Iterator[Place]:
    with namespace_in(live_cluster) as namespace:
        cluster = live_cluster.connect()
        yield Place(live_cluster, cluster, namespace, f"files-{uuid.uuid4().hex[:8]}")
        cluster.close()


@dataclass(frozen=True, slots=True)
class Came:
    """What collecting came to."""

    files: FilesSeen | None
    missing: tuple[Missing, ...]
    directories: tuple[NodeDirectory, ...]
    folder: Path

    def covered(self) -> dict[str, tuple[int, int]]:
        found = load([self.folder]).packages
        return {path: (package.covered, package.statements) for path, package in found.items()}


def service(name: str, volume: Body, image: str, *, node: str = "", grace: int = 8, **more: Any) -> Body:
    """A pod whose GOCOVERDIR /cov is `volume`."""
    container = {
        "name": "app",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "env": [{"name": "GOCOVERDIR", "value": "/cov"}, *more.pop("env", ())],
        "volumeMounts": [{"name": "cov", "mountPath": "/cov"}],
        **more.pop("container", {}),
    }
    spec = {
        "terminationGracePeriodSeconds": grace,
        "containers": [container],
        "volumes": [{"name": "cov", **volume}],
        **({"nodeName": node} if node else {}),
        **more,
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def writer(name: str, volume: Body, at_end: str, **more: Any) -> Body:
    """A pod that runs a shell command when it is asked to stop, as root."""
    script = f"cd /cov; trap '{at_end}; exit 0' TERM; while :; do sleep 0.1; done"
    return service(name, volume, "busybox:1.36", container={"command": ["sh", "-c", script]}, **more)


def started(place: Place, *bodies: Body) -> tuple[Source, ...]:
    """Create pods and wait until they run."""
    names = [body["metadata"]["name"] for body in bodies]
    for body in bodies:
        place.cluster.create("Pod", body, place.namespace)

    def run() -> bool:
        return all(
            p["status"]["phase"] == "Running" for p in place.cluster.list("Pod", place.namespace).items
        )

    until(run)
    pods = [place.cluster.get("Pod", name, place.namespace) for name in names]
    return tuple(Source(pod, seen(pod)) for pod in pods)


def seen(pod: Body) -> PodSeen:
    name, node = pod["metadata"]["name"], pod["spec"]["nodeName"]
    return PodSeen(name, pod["metadata"]["uid"], node, "Running", "app", "", "", 0, SEEN)


def collect(
    place: Place,
    sources: tuple[Source, ...],
    folder: Path,
    *,
    paths: tuple[str, ...] = (),
    killed: bool = False,
) -> Came:
    """The order of a run: tool pods, listing, stop, copying, listing."""
    nodes = read_nodes(place.cluster)
    runs_on = [source.seen.node or "" for source in sources]
    wanted, _ = wanted_on_nodes(nodes, runs_on, (*host_directories(sources), *paths))
    options, run_id = RunOptions(), place.word
    wanted = (*wanted, *wanted_claims(sources))
    with tool_pods(place.cluster, place.namespace, wanted, options=options, run_id=run_id) as tools:
        directories, missing = see_nodes(tools, nodes)
        with collecting(
            place.cluster, place.namespace, sources, tools, options=options, run_id=run_id, folder=folder
        ) as files:
            stop(place, sources, files.when_ended)
            found, left = files.collect([s.seen.name for s in sources] if killed else ())
        return Came(found, (*missing, *left), see_again(tools, directories), folder)


def stop(place: Place, sources: tuple[Source, ...], when_ended: Callable[[str], None]) -> None:
    """Delete the pods, follow each log to its end, wait until they are gone."""

    def follow(pod: str) -> None:
        for _ in place.cluster.logs(place.namespace, pod, "app", follow=True):
            pass
        when_ended(pod)

    names = [source.seen.name for source in sources]
    threads = [threading.Thread(target=follow, args=(name,), daemon=True) for name in names]
    for thread in threads:
        thread.start()
    for name in names:
        place.cluster.delete("Pod", name, place.namespace)
    for name in names:
        until(lambda name=name: gone(place, name))
    for thread in threads:
        thread.join(30)


def gone(place: Place, pod: str) -> bool:
    try:
        place.cluster.get("Pod", pod, place.namespace)
    except NotInCluster:
        return True
    return False


def on_node(node: str, *words: str) -> int:
    """Exit code of a command on a node."""
    return subprocess.run(["docker", "exec", node, *words], capture_output=True, timeout=60).returncode


EMPTY_DIRS = {
    "disk": ({"emptyDir": {}}, {}),
    "memory": ({"emptyDir": {"medium": "Memory", "sizeLimit": "2Mi"}}, {}),
    "restricted": ({"emptyDir": {}}, {"securityContext": {"runAsNonRoot": True, "fsGroup": 2000}}),
    "shared-processes": ({"emptyDir": {}}, {"shareProcessNamespace": True}),
}


@pytest.mark.parametrize("which", EMPTY_DIRS)
def test_files_of_an_emptydir_are_saved_before_the_pod_goes(place, image, tmp_path, which):
    volume, more = EMPTY_DIRS[which]
    user = {"runAsUser": 65532, "allowPrivilegeEscalation": False}
    sources = started(place, service("a", volume, image, container={"securityContext": user}, **more))
    came = collect(place, sources, tmp_path / "run")
    assert came.missing == ()
    assert came.files.symptom is Symptom.BOTH
    assert came.files.volume == "emptyDir"
    assert [(path, covered > 0) for path, (covered, _) in came.covered().items()] == [
        ("example.com/files", True)
    ]


def test_a_service_that_is_killed_keeps_its_covmeta_only(place, image, tmp_path):
    deaf = [{"name": "DEAF", "value": "1"}]
    sources = started(place, service("a", {"emptyDir": {}}, image, grace=2, env=deaf))
    came = collect(place, sources, tmp_path / "run", killed=True)
    assert came.files.symptom is Symptom.META_ONLY
    assert came.missing == ()


def test_without_knowing_of_the_kill_the_files_of_an_emptydir_are_missing(place, image, tmp_path):
    deaf = [{"name": "DEAF", "value": "1"}]
    sources = started(place, service("a", {"emptyDir": {}}, image, grace=2, env=deaf))
    came = collect(place, sources, tmp_path / "run")
    assert came.files is None
    assert "went with the pod" in came.missing[0].reason


def test_pods_on_two_nodes_with_older_files_beside_them(place, image, tmp_path):
    path = f"/var/{place.word}"
    volume = {"hostPath": {"path": path, "type": "DirectoryOrCreate"}}
    root = {"securityContext": {"runAsUser": 0}}
    nodes = (place.lab.worker, place.lab.control_plane, place.lab.worker)
    old = "touch -d 2020-01-01 covcounters.aa.1.5 covmeta.aa"
    started(place, writer("old", volume, old, node=nodes[0], grace=2))
    place.cluster.delete("Pod", "old", place.namespace)
    until(lambda: gone(place, "old"))
    pods = [service(f"p{n}", volume, image, node=node, **root) for n, node in enumerate(nodes)]
    came = collect(place, started(place, *pods), tmp_path / "run", paths=("/coverdata", f"{path}/absent"))
    assert came.missing == ()
    assert came.files.symptom is Symptom.BOTH
    assert sum(file.name.startswith("covcounters.") for file in came.files.new) == 3
    assert [file.name for file in came.files.stale] == ["covcounters.aa.1.5"]
    assert list(came.covered()) == ["example.com/files"]
    seen = {(one.node, one.path): one for one in came.directories}
    assert seen[place.lab.worker, path].backing is Backing.DOCKER_VOLUME
    assert len(seen[place.lab.worker, path].after) == len(seen[place.lab.worker, path].before) + 2
    assert seen[place.lab.worker, "/coverdata"].backing is Backing.HOST
    for node in set(nodes):
        assert not seen[node, f"{path}/absent"].exists
        assert on_node(node, "test", "-e", f"{path}/absent") == 1


def test_the_same_directory_is_node_memory_or_its_own_layer_elsewhere(place, tmp_path):
    paths = (f"/tmp/{place.word}", f"/{place.word}")
    mounts = [{"name": f"v{n}", "mountPath": f"/v{n}"} for n in range(2)]
    volumes = [
        {"name": f"v{n}", "hostPath": {"path": path, "type": "DirectoryOrCreate"}}
        for n, path in enumerate(paths)
    ]
    body = service("a", {"emptyDir": {}}, "busybox:1.36", node=place.lab.worker, grace=1)
    body["spec"]["volumes"] = volumes
    body["spec"]["containers"][0] |= {"volumeMounts": mounts, "env": [], "command": ["sleep", "100"]}
    came = collect(place, started(place, body), tmp_path / "run", paths=paths)
    behind = {one.path: one.backing for one in came.directories if one.node == place.lab.worker}
    assert behind == {paths[0]: Backing.TMPFS, paths[1]: Backing.NODE}
    assert (came.files.symptom, came.files.folder) == (Symptom.NOTHING, None)


def claim(place: Place) -> Body:
    """A claim bound to a volume made by hand on the worker; gives the pod's volume."""
    name = place.word
    where = {"hostPath": {"path": f"/var/{name}", "type": "DirectoryOrCreate"}}
    common = {"accessModes": ["ReadWriteOnce"], "storageClassName": ""}
    size = {"storage": "1Mi"}
    volume = {"capacity": size, "persistentVolumeReclaimPolicy": "Retain", **common, **where}
    bound = {"resources": {"requests": size}, "volumeName": name, **common}
    for kind, spec in (("PersistentVolume", volume), ("PersistentVolumeClaim", bound)):
        body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
        place.lab.kubectl("-n", place.namespace, "create", "-f", "-", stdin=str(body).replace("'", '"'))
    return {"persistentVolumeClaim": {"claimName": name}}


def test_a_claim_is_read_as_the_service_under_restricted_pod_security(place, image, tmp_path):
    node = place.lab.worker
    subprocess.run(["docker", "exec", node, "mkdir", "-p", "-m", "0700", f"/var/{place.word}"], check=True)
    subprocess.run(["docker", "exec", node, "chown", "65532:65532", f"/var/{place.word}"], check=True)
    place.lab.kubectl("label", "ns", place.namespace, "pod-security.kubernetes.io/enforce=restricted")
    rights = {
        "runAsUser": 65532,
        "runAsNonRoot": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    try:
        body = service("a", claim(place), image, node=node, container={"securityContext": rights})
        came = collect(place, started(place, body), tmp_path / "run")
    finally:
        place.lab.kubectl("delete", "pv", place.word, "--wait=false")
    assert came.missing == ()
    assert (came.files.volume, came.files.symptom) == ("persistentVolumeClaim", Symptom.BOTH)
    assert list(came.covered()) == ["example.com/files"]


def test_where_nothing_may_look_the_files_are_missing(place, image, tmp_path):
    volume = {"hostPath": {"path": f"/var/{place.word}", "type": "DirectoryOrCreate"}}
    body = service("a", volume, image, node=place.lab.worker, securityContext={"runAsUser": 0})
    sources = started(place, body)
    place.lab.kubectl("label", "ns", place.namespace, "pod-security.kubernetes.io/enforce=baseline")
    came = collect(place, sources, tmp_path / "run")
    assert came.files is None
    assert all("PodSecurity" in missing.reason for missing in came.missing)
    assert {missing.what.split(" on node ")[0] for missing in came.missing} >= {f"/var/{place.word}"}


HOSTILE = """
ln -s /etc/passwd covmeta.link; mkfifo covmeta.fifo; mkdir covmeta.dir; ln -s covmeta.dir sub
printf x > "$(printf "covmeta.a\\n1 2026-11-23 01:15:02 +0000 ./covmeta.fake")"
printf x > "$(printf "covmeta.\\033[31m")"; printf x > "covmeta.--help"; printf x > "tmp.*"
dd if=/dev/zero of=covcounters.aa.1.7 bs=1M count=0 seek=100000 2>/dev/null
printf junk > covcounters.bb.1.8; printf junk > covmeta.bb; cp covmeta.bb covmeta.dir/covmeta.cc
"""


def test_hostile_names_and_sizes_are_told_and_never_followed(place, tmp_path):
    volume = {"hostPath": {"path": f"/var/{place.word}", "type": "DirectoryOrCreate"}}
    script = HOSTILE.strip().replace("\n", "; ")
    sources = started(place, writer("a", volume, script, node=place.lab.worker))
    came = collect(place, sources, tmp_path / "run")
    names = {path.name for path in (tmp_path / "run").rglob("*") if path.is_file()}
    assert names <= {"covcounters.bb.1.8", "covmeta.bb", "covmeta.--help"}
    assert {"covcounters.bb.1.8", "covmeta.bb"} <= names
    told = " ".join(problem.text for problem in came.files.problems)
    assert "larger than" in told
    assert "Go gives no file such a name" in told
    assert str(tmp_path) not in told


def test_no_volume_at_all(place, image, tmp_path):
    body = service("a", {"emptyDir": {}}, image)
    body["spec"]["containers"][0]["volumeMounts"] = []
    came = collect(place, started(place, body), tmp_path / "run")
    assert (came.files.volume, came.files.symptom) == ("container", Symptom.NOTHING)
    assert [problem.rule for problem in came.files.problems] == ["gocoverdir-not-mounted"]
