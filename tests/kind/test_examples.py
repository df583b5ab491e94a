"""The example's answers hold in a real cluster.

What `check` says of the example is proven by running the example's own suites: the blocked service
leaves an empty directory, the working one its files, and with the patch of the answer the blocked one
works too.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot.check import check
from bot.example import example_repo
from bot.model import Diagnosis, Status
from bot.repo.local import open_local


def diagnose(repo: Path, service: str) -> Diagnosis:
    with open_local(repo) as snapshot:
        return check(snapshot, service).diagnosis


def run_suite(repo: Path, service: str, environment: dict[str, str]) -> None:
    """Run the service's end-to-end suite with coverage; the cluster is gone afterwards."""
    command = ["make", f"test-e2e-{service}-coverage"]
    try:
        done = subprocess.run(
            command, cwd=repo, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
    finally:
        subprocess.run(
            ["kind", "delete", "cluster", "--name", f"{service}-e2e"], capture_output=True, check=False
        )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def files(folder: Path) -> list[str]:
    """The kinds of coverage files in a folder: covmeta, covcounters."""
    return sorted({path.name.split(".")[0] for path in folder.glob("cov*")})


def test_working_service_is_clear_and_collects(tmp_path, kind_environment):
    repo = example_repo(tmp_path)
    assert diagnose(repo, "signalprocessing").status is Status.CLEAR
    run_suite(repo, "signalprocessing", kind_environment)
    assert files(repo / "coverdata") == ["covcounters", "covmeta"]


def test_blocked_service_is_found_comes_out_empty_and_the_patch_mends_it(tmp_path, kind_environment):
    repo = example_repo(tmp_path)
    found = diagnose(repo, "datastorage")
    assert [cause.rule for cause in found.causes][:2] == ["extramount-wrong-node", "collect-wrong-node"]
    collected = repo / "test" / "e2e" / "datastorage" / "coverdata"
    run_suite(repo, "datastorage", kind_environment)
    assert files(collected) == []

    patch = found.causes[0].fix.patch
    assert patch is not None
    subprocess.run(["git", "apply"], cwd=repo, input=patch, text=True, check=True)
    subprocess.run(["git", "add", "-A", "test/infrastructure"], cwd=repo, check=True)
    words = ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "the fix of the answer"]
    subprocess.run(["git", *words], cwd=repo, check=True)
    assert diagnose(repo, "datastorage").status is Status.CLEAR
    run_suite(repo, "datastorage", kind_environment)
    assert files(collected) == ["covcounters", "covmeta"]
