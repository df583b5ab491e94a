"""The dangerous part of a live run and nothing else, as a process that can be killed: guard, lease, a tool
pod, stop, and everything put back.

    python -m tests.kind.live_driver KUBECONFIG NAMESPACE KIND/NAME RUN

Prints `stopped` when the workload has ended and, with HOLD in the environment, waits there for a line.
"""

from __future__ import annotations

import os
import sys

from bot.cluster.client import Cluster, Object
from bot.cluster.guard import Guard
from bot.cluster.lease import Lease, lease_name, take
from bot.cluster.options import RunOptions
from bot.cluster.planning import make_plan
from bot.cluster.record import MANAGED_LABEL, MANAGER, RUN_LABEL
from bot.cluster.stop import stop
from bot.cluster.target import find_target

OPTIONS = RunOptions(extra_seconds=15)


def main(kubeconfig: str, namespace: str, service: str, run: str) -> None:
    cluster = Cluster.connect(kubeconfig)
    target = find_target(cluster, namespace, service)
    plan = make_plan(cluster, service, target, options=OPTIONS, needs=())
    with Guard(kubeconfig, "", namespace, lease_name(plan.kind, plan.name), run) as guard:
        with take(cluster, plan, run, f"a test ({run})", OPTIONS) as lease:
            cluster.create("Pod", tool_pod(lease), namespace)
            stop(cluster, target, lease, OPTIONS)
            print("stopped", flush=True)
            if os.environ.get("HOLD"):
                sys.stdin.readline()
        guard.done()


def tool_pod(lease: Lease) -> Object:
    """A tool pod as a run makes them."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"covcheck-tool-{lease.run}",
            "labels": {RUN_LABEL: lease.run, MANAGED_LABEL: MANAGER},
        },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [
                {
                    "name": "tool",
                    "image": OPTIONS.image,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sleep", "600"],
                }
            ],
        },
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
