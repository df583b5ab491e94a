"""Tests in a real Kind cluster: where Docker, kind and Go work; elsewhere skipped with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kind.live import LiveCluster, namespace_in, shared_cluster

NODE_IMAGE = os.environ.get("KIND_NODE_IMAGE", "")
LAB_IMAGE = "kindest/node:v1.34.4"


def missing() -> str:
    """Why cluster tests cannot run here; empty when they can. kubectl can come from the node image."""
    for tool in ("docker", "kind", "go"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if subprocess.run(["docker", "info"], capture_output=True, timeout=60).returncode != 0:
        return "no Docker engine answers"
    return ""


@pytest.fixture(scope="session")
def kind_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment for `kind`; the lab's node image is used where it is loaded."""
    reason = missing()
    if reason and os.environ.get("COVCHECK_REQUIRE_KIND") == "1":
        pytest.fail(f"COVCHECK_REQUIRE_KIND is set, but {reason}")
    if reason:
        pytest.skip(f"no cluster here: {reason}")
    return prepared_environment(tmp_path_factory.mktemp("bin"))


def prepared_environment(folder: Path) -> dict[str, str]:
    """The environment for `kind` and kubectl; a kubectl that is not on PATH is put into `folder`."""
    image = NODE_IMAGE
    if not image:
        known = subprocess.run(["docker", "image", "inspect", LAB_IMAGE], capture_output=True, timeout=60)
        image = LAB_IMAGE if known.returncode == 0 else ""
    environment = {**os.environ, **({"KIND_NODE_IMAGE": image} if image else {})}
    if shutil.which("kubectl") is None:
        take_kubectl(image or "kindest/node", folder)
        environment["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return environment


@pytest.fixture(scope="session")
def live_cluster(
    kind_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveCluster]:
    """The two-node cluster `covcheck-live` that every tests/kind/test_live_*.py uses, made once a run.

    Workers of xdist share it. With COVCHECK_TEST_KUBECONFIG=FILE a running cluster of the same shape is used
    instead (two nodes, an untainted control plane, the extraMount /coverdata on the worker).
    """
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent
    with shared_cluster(folder, kind_environment) as cluster:
        yield cluster


@pytest.fixture
def live_namespace(live_cluster: LiveCluster) -> Iterator[str]:
    """A fresh namespace in the shared cluster."""
    with namespace_in(live_cluster) as name:
        yield name


def take_kubectl(image: str, folder: Path) -> None:
    """Copy kubectl out of a Kind node image."""
    made = subprocess.run(
        ["docker", "create", image], capture_output=True, text=True, check=True, timeout=300
    )
    container = made.stdout.strip()
    try:
        source = f"{container}:/usr/bin/kubectl"
        subprocess.run(
            ["docker", "cp", "-L", source, str(folder / "kubectl")],
            check=True,
            capture_output=True,
            timeout=300,
        )
    finally:
        subprocess.run(["docker", "rm", "-f", container], check=False, capture_output=True, timeout=60)
