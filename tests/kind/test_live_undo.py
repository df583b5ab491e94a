"""The lease and the way back in a real cluster: races, failures, a lost connection, what others did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cluster.client import Cluster
from bot.cluster.guard import Guard
from bot.cluster.lease import Lease, lease_name, take
from bot.cluster.options import RunOptions
from bot.cluster.plan import Plan
from bot.cluster.planning import make_plan
from bot.cluster.record import ANNOTATION
from bot.cluster.stop import Stopped, stop
from bot.cluster.target import Target, find_target
from bot.cluster.undo import sweep, undo
from bot.errors import ClusterError, ClusterUnavailable, LeaseHeld, NotInCluster, PlanChanged
from tests.kind.api_proxy import proxied
from tests.kind.live_driver import tool_pod
from tests.kind.stopped_workloads import IGNORES_TERM, as_before, made, ready, until, workload

OPTIONS = RunOptions(extra_seconds=20)
LATER = timedelta(hours=1)


def planned(
    cluster: Cluster, namespace: str, service: str, container: str | None = None
) -> tuple[Target, Plan]:
    target = find_target(cluster, namespace, service, container=container)
    return target, make_plan(cluster, service, target, options=OPTIONS, needs=())


def scaled(cluster: Cluster, namespace: str, name: str, replicas: int) -> None:
    cluster.patch("Deployment", name, {"spec": {"replicas": replicas}}, namespace)


def replicas(cluster: Cluster, namespace: str, name: str) -> int:
    return int(cluster.get("Deployment", name, namespace)["spec"]["replicas"])


@pytest.fixture
def cluster(live_cluster):
    client = live_cluster.connect()
    yield client
    client.close()


@pytest.fixture
def shop(cluster, live_namespace):
    return made(cluster, live_namespace, workload("Deployment", "shop"))


def test_of_many_takers_one_wins_and_the_others_learn_who(live_cluster, cluster, live_namespace, shop):
    _, plan = planned(cluster, live_namespace, shop)
    start = threading.Barrier(6)

    def taker(number: int) -> Lease | LeaseHeld:
        own = live_cluster.connect()
        start.wait()
        try:
            return take(own, plan, f"run-{number}", f"person {number}", OPTIONS)
        except LeaseHeld as error:
            return error

    for expired in (False, True):
        if expired:  # the lease of a run that died: two must not both put back and take it
            left = take(cluster, plan, "run-dead", "nobody", replace(OPTIONS, lease_seconds=1))
            left._stop_renewing()
            scaled(cluster, live_namespace, "shop", 0)
            time.sleep(1.2)
        with ThreadPoolExecutor(6) as pool:
            results = list(pool.map(taker, range(6)))
        (won,) = [result for result in results if isinstance(result, Lease)]
        for held in (result for result in results if isinstance(result, LeaseHeld)):
            assert held.holder in (f"person {won.run.removeprefix('run-')}", "nobody", "somebody")
        assert replicas(cluster, live_namespace, "shop") == 1
        assert won.lost is None
        won.release()


def test_the_lease_is_renewed_and_names_person_and_time(cluster, live_namespace, shop):
    _, plan = planned(cluster, live_namespace, shop)
    with take(cluster, plan, "run-1", "Ann (run-1)", replace(OPTIONS, lease_seconds=2)):
        time.sleep(3)
        with pytest.raises(LeaseHeld, match=r"is being stopped by Ann \(run-1\), since \d{4}-.* UTC"):
            take(cluster, plan, "run-2", "Bob", OPTIONS)
    assert sweep(cluster, [live_namespace], now=datetime.now(UTC) + LATER) == ()


def test_a_lease_that_others_take_or_delete_is_lost(cluster, live_namespace, shop):
    _, plan = planned(cluster, live_namespace, shop)
    name = lease_name(plan.kind, plan.name)
    short = replace(OPTIONS, lease_seconds=2)
    with take(cluster, plan, "run-1", "Ann", short) as lease:
        labels = {"covcheck.dev/run": "run-2"}
        body = {"metadata": {"labels": labels}, "spec": {"holderIdentity": "Bob"}}
        cluster.patch("Lease", name, body, live_namespace)
        until(lambda: lease.lost is not None, 5)
        with pytest.raises(LeaseHeld, match="taken by Bob"):
            lease.check()
    assert cluster.get("Lease", name, live_namespace)["spec"]["holderIdentity"] == "Bob"
    cluster.delete("Lease", name, live_namespace)
    with take(cluster, plan, "run-3", "Ann", short) as lease:
        scaled(cluster, live_namespace, "shop", 0)
        cluster.delete("Lease", name, live_namespace)
        until(lambda: lease.lost is not None, 5)
    assert replicas(cluster, live_namespace, "shop") == 1


def test_a_workload_that_changed_since_the_plan_is_not_taken(cluster, live_namespace, shop):
    _, plan = planned(cluster, live_namespace, shop)
    for other in (replace(plan, uid="another"), replace(plan, replicas=3), replace(plan, name="gone")):
        with pytest.raises(PlanChanged):
            take(cluster, other, "run-1", "Ann", OPTIONS)
    assert cluster.list("Lease", live_namespace).items == ()


def fails(cluster: Cluster, target: Target, lease: Lease) -> Stopped:
    stop(cluster, target, lease, OPTIONS)
    raise ClusterUnavailable("The probe broke.")


def times_out(cluster: Cluster, target: Target, lease: Lease) -> Stopped:
    return stop(cluster, target, lease, replace(OPTIONS, extra_seconds=-target.grace + 1))


def succeeds(cluster: Cluster, target: Target, lease: Lease) -> Stopped:
    return stop(cluster, target, lease, OPTIONS)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "Pod"])
@pytest.mark.parametrize("way", [succeeds, fails, times_out])
def test_all_is_put_back(cluster, live_namespace, kind: str, way: Callable[..., Stopped]):
    count = 1 if kind == "Pod" else 2
    script = IGNORES_TERM if way is times_out else workload.__defaults__[0]
    grace = 8 if way is times_out else 2
    service = made(cluster, live_namespace, workload(kind, "shop", script, grace, count))
    target, plan = planned(cluster, live_namespace, service)
    stopped = None
    try:
        with take(cluster, plan, "run-shop", "Ann", OPTIONS) as lease:
            cluster.create("Pod", tool_pod(lease), live_namespace)
            stopped = way(cluster, target, lease)
    except ClusterUnavailable:
        assert way is fails
    until(lambda: as_before(cluster, live_namespace, kind, "shop", count))
    if way is succeeds:
        assert stopped is not None
        assert {name: seen.ended.exit_code for name, seen in stopped.stops.items()} == {
            pod.name: 0 for pod in plan.pods
        }
        assert all("bye" in seen.lines for seen in stopped.stops.values())
        assert (stopped.missing, stopped.scaled_back) == ((), None)
    if way is times_out:
        assert stopped is not None
        assert any("had not ended" in missing.reason for missing in stopped.missing)


def test_nobody_is_overruled(cluster, live_namespace, shop):
    _, plan = planned(cluster, live_namespace, shop)
    lease = take(cluster, plan, "run-1", "Ann", OPTIONS)
    scaled(cluster, live_namespace, "shop", 3)
    assert lease.put_back() == ("deployment/shop was scaled to 3 by somebody meanwhile: left as it is.",)
    assert lease.put_back() == ()
    scaled(cluster, live_namespace, "shop", 1)
    until(lambda: ready(cluster, live_namespace, "shop"))
    _, plan = planned(cluster, live_namespace, shop)
    lease = take(cluster, plan, "run-2", "Ann", OPTIONS)
    cluster.delete("Deployment", "shop", live_namespace)
    until(lambda: not cluster.list("Deployment", live_namespace).items)
    assert lease.put_back() == ("deployment/shop was deleted by somebody meanwhile: not made again.",)
    cluster.create("Deployment", {**workload("Deployment", "shop", replicas=0)}, live_namespace)
    (line,) = undo(cluster, live_namespace, "none", run="run-2", record=lease.record)
    assert "made again by somebody" in line
    assert replicas(cluster, live_namespace, "shop") == 0


def test_who_scales_back_is_seen(cluster, live_namespace):
    body = workload("Deployment", "slow", IGNORES_TERM, grace=4)
    target, plan = planned(cluster, live_namespace, made(cluster, live_namespace, body))
    with take(cluster, plan, "run-1", "Ann", OPTIONS) as lease:

        def back() -> None:
            until(lambda: replicas(cluster, live_namespace, "slow") == 0)
            scaled(cluster, live_namespace, "slow", 1)

        other = threading.Thread(target=back)
        other.start()
        stopped = stop(cluster, target, lease, OPTIONS)
        other.join()
    assert stopped.scaled_back is not None
    assert " at 20" in stopped.scaled_back
    assert any("scaled up again" in seen.text for seen in stopped.observations)


def test_an_unreadable_record_is_said_and_the_lease_stays(cluster, live_namespace, shop):
    _, plan = planned(cluster, live_namespace, shop)
    lease = take(cluster, plan, "run-1", "Ann", OPTIONS)
    broken = {"metadata": {"annotations": {ANNOTATION: "{"}}}
    cluster.patch("Lease", lease.name, broken, live_namespace)
    with pytest.raises(ClusterError, match="cannot be read"):
        lease.put_back()
    (line,) = sweep(cluster, [live_namespace], now=datetime.now(UTC) + LATER)
    assert "could not be put back" in line
    assert cluster.get("Lease", lease.name, live_namespace)


def test_the_hook_runs_when_a_container_ends_though_its_pod_stays(cluster, live_namespace):
    body = workload("Pod", "shop", grace=6)
    side = {**body["spec"]["containers"][0], "name": "side", "command": ["sleep", "600"]}
    body["spec"]["containers"].append(side)
    target, plan = planned(cluster, live_namespace, made(cluster, live_namespace, body), "main")
    there: list[bool] = []
    with take(cluster, plan, "run-1", "Ann", OPTIONS) as lease:
        hook = lambda pod: there.append(bool(cluster.get("Pod", pod, live_namespace)))  # noqa: E731
        stopped = stop(cluster, target, lease, OPTIONS, when_ended=hook)
    assert there == [True]
    seen = stopped.stops["shop"]
    assert seen.ended is not None
    assert seen.ended.exit_code == 0
    assert seen.seconds < seen.grace


def test_a_lost_connection_and_a_dead_run(live_cluster, cluster, live_namespace, shop, tmp_path: Path):
    """The run loses its connection while the workload is down and gives up; so does the guard, until the
    API server is there again."""
    with proxied(live_cluster.kubeconfig, tmp_path) as proxy:
        module = ["-m", "tests.kind.live_driver", str(proxy.kubeconfig), live_namespace, shop, "run-shop"]
        run = subprocess.Popen(
            [sys.executable, *module],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "HOLD": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert run.stdin is not None
        assert run.stdout is not None
        with run.stdin, run.stdout:
            assert run.stdout.readline() == b"stopped\n"
            proxy.down = True
            run.stdin.write(b"go on\n")
            run.stdin.close()
            assert run.wait(60) != 0
        assert replicas(cluster, live_namespace, "shop") == 0
        proxy.down = False
        until(lambda: as_before(cluster, live_namespace, "Deployment", "shop"))


def test_the_guard_is_a_process_apart(live_cluster, live_namespace, tmp_path: Path):
    with (tmp_path / "secret").open("w") as handle:
        os.set_inheritable(handle.fileno(), True)
        with Guard(str(live_cluster.kubeconfig), "", live_namespace, "covcheck-none", "run-1") as guard:
            until(lambda: b"guard" in Path(f"/proc/{guard.pid}/cmdline").read_bytes(), 10)
            assert os.getsid(guard.pid) == os.getpgid(guard.pid) == guard.pid
            status = Path(f"/proc/{guard.pid}/status")
            until(lambda: ignored(status) >= {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}, 20)
            for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(guard.pid, name)
            files = [os.readlink(entry) for entry in Path(f"/proc/{guard.pid}/fd").iterdir()]
            assert sorted(set(files) - {"/dev/null"})[0].startswith("pipe:")
            assert len(set(files)) == 2
            guard.done()
    with pytest.raises(ProcessLookupError):
        os.kill(guard.pid, 0)


def ignored(status: Path) -> set[int]:
    """The signals that a process ignores."""
    line = next(line for line in status.read_text().splitlines() if line.startswith("SigIgn:"))
    mask = int(line.split()[1], 16)
    return {number for number in range(1, 65) if mask >> (number - 1) & 1}


def test_a_node_that_was_asked_for_is_kept_and_a_scheduled_one_is_not(live_cluster, cluster, live_namespace):
    for name, node in (("pinned", live_cluster.control_plane), ("free", None)):
        body = workload("Pod", name)
        if node is not None:
            body["spec"]["nodeName"] = node
        service = made(cluster, live_namespace, body)
        target, plan = planned(cluster, live_namespace, service)
        with take(cluster, plan, f"run-{name}", "Ann", OPTIONS) as lease:
            stop(cluster, target, lease, OPTIONS)
            assert lease.record.pod is not None
            assert lease.record.pod["spec"].get("nodeName") == node
        until(lambda name=name: ready(cluster, live_namespace, name))
        with pytest.raises(NotInCluster):
            cluster.get("Lease", f"covcheck-pod-{name}", live_namespace)
