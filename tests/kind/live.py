"""The one Kind cluster that all live tests share."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.cluster.client import Cluster, Object

NAME = "covcheck-live"
KUBECONFIG_VARIABLE = "COVCHECK_TEST_KUBECONFIG"
CONFIG = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  kubeadmConfigPatches:
  - |
    kind: InitConfiguration
    nodeRegistration:
      taints: []
- role: worker
  extraMounts:
  - hostPath: {coverdata}
    containerPath: /coverdata
"""


@dataclass(frozen=True, slots=True)
class LiveCluster:
    """A running two-node Kind cluster; `/coverdata` of the worker (and only there) is an extraMount.

    `coverdata` is the directory of this machine behind it. `environment` is for `kind` and `docker`.
    """

    name: str
    kubeconfig: Path
    environment: Mapping[str, str]

    def connect(self) -> Cluster:
        """A client with the administrator's account."""
        return Cluster.connect(str(self.kubeconfig))

    @property
    def control_plane(self) -> str:
        return f"{self.name}-control-plane"

    @property
    def worker(self) -> str:
        return f"{self.name}-worker"

    @property
    def coverdata(self) -> Path:
        mounts = json.loads(self._run("docker", "inspect", "-f", "{{json .Mounts}}", self.worker))
        return Path(next(m["Source"] for m in mounts if m["Destination"] == "/coverdata"))

    def load(self, *images: str) -> None:
        """Bring images of the Docker engine onto both nodes."""
        self._run("kind", "load", "docker-image", *images, "--name", self.name)

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """What kubectl prints. Raises CalledProcessError."""
        return self._run("kubectl", "--kubeconfig", str(self.kubeconfig), *words, stdin=stdin)

    def _run(self, *command: str, stdin: str | None = None) -> str:
        done = subprocess.run(
            command, env=dict(self.environment), input=stdin, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
        return done.stdout


@contextmanager
def shared_cluster(folder: Path, environment: Mapping[str, str]) -> Iterator[LiveCluster]:
    """The cluster, made by the first worker that asks and deleted by the last that still used it.

    `folder` is shared by the workers of one pytest run. COVCHECK_TEST_KUBECONFIG names the kubeconfig of a
    cluster of this shape that runs already: it is used, and left as it is.
    """
    given = os.environ.get(KUBECONFIG_VARIABLE)
    if given:
        yield LiveCluster(_name(Path(given)), Path(given), environment)
        return
    kubeconfig = folder / "live.kubeconfig"
    with (folder / "live.users").open("a") as users:
        with _locked(folder):
            if not kubeconfig.exists():
                _create(folder, kubeconfig, environment)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield LiveCluster(NAME, kubeconfig, environment)
        finally:
            with _locked(folder):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _alone(users):
                    kubeconfig.unlink(missing_ok=True)
                    _delete(environment)


@contextmanager
def namespace_in(cluster: LiveCluster) -> Iterator[str]:
    """A namespace of its own; deleted afterwards without waiting for its end."""
    name = f"live-{uuid.uuid4().hex[:8]}"
    client = cluster.connect()
    body: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    client.create("Namespace", body)
    try:
        yield name
    finally:
        client.delete("Namespace", name)
        client.close()


def _create(folder: Path, kubeconfig: Path, environment: Mapping[str, str]) -> None:
    coverdata = folder / "coverdata"
    coverdata.mkdir(exist_ok=True)
    coverdata.chmod(0o777)
    _delete(environment)  # of a run that was killed
    image = environment.get("KIND_NODE_IMAGE")
    command = ["kind", "create", "cluster", "--name", NAME, "--config", "-", "--wait", "120s"]
    command += ["--kubeconfig", str(kubeconfig), *(["--image", image] if image else [])]
    done = subprocess.run(
        command,
        env=dict(environment),
        input=CONFIG.format(coverdata=coverdata),
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode != 0:
        kubeconfig.unlink(missing_ok=True)
        raise AssertionError(f"kind create cluster failed: {done.stderr[-3000:]}")


def _delete(environment: Mapping[str, str]) -> None:
    command = ["kind", "delete", "cluster", "--name", NAME]
    subprocess.run(command, env=dict(environment), capture_output=True, check=False, timeout=300)


def _name(kubeconfig: Path) -> str:
    """The cluster's name from the context `kind-NAME`."""
    context = Cluster.connect(str(kubeconfig)).context
    assert context.startswith("kind-"), f"{kubeconfig} is no kubeconfig of kind: {context}"
    return context.removeprefix("kind-")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "live.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
