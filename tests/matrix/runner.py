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

from bot.cluster.client import Cluster
from bot.errors import ClusterError
from tests.kind.live import LiveCluster
from tests.matrix.case import Case
from tests.matrix.images import build_images, load_images
from tests.matrix.repos import make_repo
from tests.matrix.stage import on_stage, pods
from tests.matrix.verdict import Outcome

SIDE_BY_SIDE = 2
"""More make no verdict sooner on two cores, and each slower."""
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
            with on_stage(case, cluster, binaries, folder) as client:
                return _ask(case, cluster, client, repo, folder)
        except (AssertionError, ClusterError, subprocess.SubprocessError, OSError) as error:
            return Outcome(case, -1, None, f"{type(error).__name__}: {error}", 0.0)


def _ask(case: Case, cluster: LiveCluster, client: Cluster, repo: Path | None, folder: Path) -> Outcome:
    command = [str(Path(sys.executable).parent / "covcheck"), "live", "shop", "--namespace", case.namespace]
    command += ["--json", "--yes", *(["--repo", str(repo)] if repo is not None else [])]
    wanted = _replicas(case, client)
    started = time.monotonic()
    done = subprocess.run(
        command, env=_environment(cluster, folder), capture_output=True, text=True, timeout=COMMAND_SECONDS
    )
    seconds = time.monotonic() - started
    left = tuple(_left_behind(case, client, wanted))
    return Outcome(case, done.returncode, _answer(done.stdout), _errors(done.stderr, folder), seconds, left)


def _environment(cluster: LiveCluster, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVCHECK_")}
    return {**kept, "KUBECONFIG": str(cluster.kubeconfig), "COVCHECK_HOME": str(folder / "home")}


def _answer(text: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and "causes" in answer else None


def _errors(said: str, folder: Path) -> str:
    """What covcheck said on stderr, and the traceback of a failure of its own."""
    kept = [path.read_text("utf-8", "replace") for path in (folder / "home" / "errors").glob("*.txt")]
    return "\n".join([said, *kept])


def _replicas(case: Case, client: Cluster) -> int:
    """How many pods the workload shall have; of a bare pod: how many there are that stay."""
    if case.shop.kind == "Pod":
        return sum("deletionTimestamp" not in pod["metadata"] for pod in pods(case, client))
    return int(client.get(case.shop.kind, "shop", case.namespace)["spec"]["replicas"])


def _left_behind(case: Case, client: Cluster, wanted: int) -> Iterator[str]:
    """What a run must not leave: other replicas, leases, pods of its own."""
    if (now := _replicas(case, client)) != wanted:
        yield f"{now} replicas for {wanted}"
    yield from (f"lease {lease['metadata']['name']}" for lease in client.list("Lease", case.namespace).items)
    for pod in client.list("Pod", case.namespace, labels="covcheck.dev/run").items:
        if "deletionTimestamp" not in pod["metadata"]:
            yield f"pod {pod['metadata']['name']}"
