"""The process of a run is killed right before and right after each change that it makes: the guard, or
where that is killed too a later sweep, finds the cluster as it was before the run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cluster.client import Object
from bot.cluster.undo import sweep
from tests.kind.api_proxy import When, proxied
from tests.kind.live import LiveCluster, namespace_in
from tests.kind.stopped_workloads import as_before, made, until, with_host_directory, workload

ROOT = Path(__file__).parents[2]
AT_ONCE = 5


def live_command(namespace: str, service: str) -> list[str]:
    """What a person types."""
    return [sys.executable, "-m", "bot", "live", service, "--namespace", namespace, "--yes", "--json"]


def surroundings(kubeconfig: Path, home: Path) -> dict[str, str]:
    """The environment of a run: this cluster, and a state folder of its own."""
    return {**os.environ, "KUBECONFIG": str(kubeconfig), "COVCHECK_HOME": str(home)}


def covered(kind: str, name: str) -> Object:
    """A workload that a run looks at with all its tools."""
    return with_host_directory(workload(kind, name), "/var/covcheck-kill")


@dataclass(frozen=True)
class Case:
    """Kill at the `number`-th change, `when`; with its guard too when `sweeping`. `certain`: every run makes
    so many changes; how often the lease is written anew depends on how long a run takes."""

    kind: str
    number: int
    when: When
    sweeping: bool
    certain: bool = True

    @property
    def name(self) -> str:
        return f"{self.kind.lower()}-{self.number}-{self.when}-{'sweep' if self.sweeping else 'guard'}"


@pytest.mark.parametrize("kind", ["Deployment", "Pod"])
def test_killed_at_every_change(live_cluster: LiveCluster, tmp_path: Path, kind: str):
    with namespace_in(live_cluster) as namespace:
        changes = whole_run(live_cluster, tmp_path, namespace, kind)
        assert len(changes) >= 7, changes
        cases = [Case(kind, 1, "before", False), *after_each(kind, changes)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            failed = [
                failure
                for failure in pool.map(lambda case: trouble(live_cluster, tmp_path, namespace, case), cases)
                if failure
            ]
    assert not failed, "\n".join(failed)


def after_each(kind: str, changes: list[str]) -> list[Case]:
    """Killed after each change (which is before the next one); after every second one with the guard. A bare
    pod differs in how it is stopped and made again: there every second change will do."""
    certain = sum(not re.match(r"(?:PUT|PATCH) \S*/leases/", change) for change in changes)
    steps = range(1, len(changes) + 1, 2 if kind == "Pod" else 1)
    return [Case(kind, number, "after", number % 2 == 0, number <= certain) for number in steps]


def whole_run(live_cluster: LiveCluster, folder: Path, namespace: str, kind: str) -> list[str]:
    """A run that nobody kills: the changes it makes, in order."""
    cluster, name = live_cluster.connect(), f"{kind.lower()}-whole"
    service = made(cluster, namespace, covered(kind, name))
    with proxied(live_cluster.kubeconfig, folder) as proxy:
        environment = surroundings(proxy.kubeconfig, folder / name)
        command = live_command(namespace, service)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 1, 3), done.stderr
    until(lambda: as_before(cluster, namespace, kind, name))
    return proxy.changes


def trouble(live_cluster: LiveCluster, folder: Path, namespace: str, case: Case) -> str:
    """Carry out a case; what was not put back, empty when all was."""
    try:
        if case.sweeping:  # by a clock of its own: a sweep must not reach the other cases
            with namespace_in(live_cluster) as own:
                killed_run(live_cluster, folder, own, case)
        else:
            killed_run(live_cluster, folder, namespace, case)
    except AssertionError as error:
        return f"{case}: {error}"
    return ""


def killed_run(live_cluster: LiveCluster, folder: Path, namespace: str, case: Case) -> None:
    cluster = live_cluster.connect()
    service = made(cluster, namespace, covered(case.kind, case.name))
    process: list[subprocess.Popen[bytes]] = []
    guards: list[int] = []

    def act(number: int, when: When) -> bool:
        if guards or number != case.number or when != case.when:
            return True
        guards.extend(guards_of(process[0].pid))
        if case.sweeping:
            for guard in guards:
                os.kill(guard, signal.SIGKILL)
        process[0].kill()
        process[0].wait()
        return False

    with proxied(live_cluster.kubeconfig, folder, act) as proxy:
        command = live_command(namespace, service)
        environment = surroundings(proxy.kubeconfig, folder / case.name)
        quiet = subprocess.DEVNULL
        process.append(
            subprocess.Popen(command, cwd=ROOT, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)
        )
        ended = process[0].wait(90)
        shorter = not case.certain and ended in (0, 1, 3) and len(proxy.changes) < case.number
        assert shorter or ended == -signal.SIGKILL, f"the run was not killed: {proxy.changes}"
        assert shorter or guards, "the run had no guard"
        until(lambda: not any(map(is_alive, guards)), 90)
    if case.sweeping:
        later = datetime.now(UTC) + timedelta(hours=1)
        sweep(cluster, [namespace], now=later)
    until(lambda: as_before(cluster, namespace, case.kind, case.name))


def guards_of(pid: int) -> list[int]:
    """The guards that a process started, by /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"bot.cluster.guard" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
