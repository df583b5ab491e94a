"""Runs cases side by side, each in a namespace of its own, with `covcheck live` as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.kind.live import LiveCluster
from tests.matrix.case import Case
from tests.matrix.images import build_images, load_images
from tests.matrix.repos import make_repo
from tests.matrix.stage import on_stage
from tests.matrix.verdict import Outcome

SIDE_BY_SIDE = 5
COMMAND_SECONDS = 180


def prepare(cluster: LiveCluster, folder: Path) -> None:
    """Build all images in `folder` and bring them onto the nodes."""
    build_images(folder)
    load_images(cluster)


def run_cases(
    cases: Sequence[Case],
    cluster: LiveCluster,
    binaries: Path,
    tell: Callable[[Outcome], None] = lambda _: None,
    side_by_side: int = SIDE_BY_SIDE,
) -> list[Outcome]:
    """The outcome of each case, in their order. `tell` is called as they come."""

    def one(case: Case) -> Outcome:
        outcome = run_case(case, cluster, binaries)
        tell(outcome)
        return outcome

    with ThreadPoolExecutor(side_by_side) as pool:
        return list(pool.map(one, sorted(cases, key=_slow_first)))


def _slow_first(case: Case) -> bool:
    return not (case.shop.pod or {}).get("terminationGracePeriodSeconds", 0) > 5


def run_case(case: Case, cluster: LiveCluster, binaries: Path) -> Outcome:
    """Deploy the case, ask covcheck, take it away. What fails before covcheck is asked is a crash, too."""
    with tempfile.TemporaryDirectory(prefix="covcheck-matrix-") as made:
        folder = Path(made)
        try:
            repo = make_repo(case, case.files, cluster, folder) if case.files is not None else None
            with on_stage(case, cluster, binaries, folder):
                return _ask(case, cluster, repo, folder)
        except (AssertionError, subprocess.SubprocessError, OSError) as error:
            return Outcome(case, -1, None, f"{type(error).__name__}: {error}", 0.0)


def _ask(case: Case, cluster: LiveCluster, repo: Path | None, folder: Path) -> Outcome:
    command = [str(Path(sys.executable).parent / "covcheck"), "live", "shop", "--namespace", case.namespace]
    command += ["--json", "--yes", *(["--repo", str(repo)] if repo is not None else [])]
    wanted = _replicas(case, cluster)
    started = time.monotonic()
    done = subprocess.run(
        command, env=_environment(cluster, folder), capture_output=True, text=True, timeout=COMMAND_SECONDS
    )
    seconds = time.monotonic() - started
    left = tuple(_left_behind(case, cluster, wanted))
    return Outcome(case, done.returncode, _answer(done.stdout), done.stderr, seconds, left)


def _environment(cluster: LiveCluster, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVCHECK_")}
    return {**kept, "KUBECONFIG": str(cluster.kubeconfig), "COVCHECK_HOME": str(folder / "home")}


def _answer(text: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and "causes" in answer else None


def _replicas(case: Case, cluster: LiveCluster) -> int:
    if case.shop.kind == "Pod":
        return 1
    path = "jsonpath={.spec.replicas}"
    return int(cluster.kubectl("get", case.shop.kind, "shop", "-n", case.namespace, "-o", path))


def _left_behind(case: Case, cluster: LiveCluster, wanted: int) -> Iterator[str]:
    """What a run must not leave: other replicas, leases, pods of its own."""
    if case.shop.kind == "Pod":
        if not cluster.kubectl("get", "pod", "shop", "-n", case.namespace, "--ignore-not-found"):
            yield "the pod is gone"
    elif (now := _replicas(case, cluster)) != wanted:
        yield f"{now} replicas for {wanted}"
    leases = cluster.kubectl("get", "leases", "-n", case.namespace, "-o", "name").split()
    tools = cluster.kubectl("get", "pods", "-n", case.namespace, "-l", "covcheck.dev/run", "-o", "json")
    yield from leases
    for pod in json.loads(tools)["items"]:
        if "deletionTimestamp" not in pod["metadata"]:
            yield f"pod/{pod['metadata']['name']}"
