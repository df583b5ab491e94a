"""Tests in a real Kind cluster: where Docker, kind and Go work; elsewhere skipped with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

NODE_IMAGE = os.environ.get("KIND_NODE_IMAGE", "")
LAB_IMAGE = "kindest/node:v1.34.4"


def missing() -> str:
    """Why cluster tests cannot run here; empty when they can."""
    for tool in ("docker", "kind", "kubectl", "go"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if subprocess.run(["docker", "info"], capture_output=True, timeout=60).returncode != 0:
        return "no Docker engine answers"
    return ""


@pytest.fixture(scope="session")
def kind_environment() -> dict[str, str]:
    """The environment for `kind`; the lab's node image is used where it is loaded."""
    reason = missing()
    if reason and os.environ.get("COVCHECK_REQUIRE_KIND") == "1":
        pytest.fail(f"COVCHECK_REQUIRE_KIND is set, but {reason}")
    if reason:
        pytest.skip(f"no cluster here: {reason}")
    image = NODE_IMAGE
    if not image:
        known = subprocess.run(["docker", "image", "inspect", LAB_IMAGE], capture_output=True, timeout=60)
        image = LAB_IMAGE if known.returncode == 0 else ""
    return {**os.environ, **({"KIND_NODE_IMAGE": image} if image else {})}
