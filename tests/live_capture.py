"""The picture of `covcheck live` on the example, made in a real two-node Kind cluster.

    python -m tests.live_capture KUBECONFIG

The cluster is as the example's own suite makes it: the worker has the extraMount /coverdata, the image
localhost/datastorage:e2e (built with -cover) is on the nodes. The service is deployed as the suite does it
and is run live with the repo at hand.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bot.bootstrap import live_runs
from bot.cluster.client import Cluster, Object
from bot.example import example_repo
from bot.render.live_terminal import show_live
from bot.settings import load_settings
from tests.captures import recorded
from tests.kind.stopped_workloads import until

NAMESPACE = "datastorage-e2e"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def deployment() -> Object:
    """What the example's Go suite deploys with E2E_COVERAGE=true."""
    container = {
        "name": "datastorage",
        "image": "localhost/datastorage:e2e",
        "imagePullPolicy": "Never",
        "env": [{"name": "LOG_LEVEL", "value": "debug"}, {"name": "GOCOVERDIR", "value": "/coverdata"}],
        "volumeMounts": [{"name": "coverage", "mountPath": "/coverdata"}],
        "readinessProbe": {"httpGet": {"path": "/health", "port": 8080}, "periodSeconds": 2},
    }
    spec = {
        "nodeSelector": {CONTROL_PLANE: ""},
        "tolerations": [{"key": CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"}],
        "securityContext": {"runAsUser": 0, "runAsGroup": 0},
        "containers": [container],
        "volumes": [
            {"name": "coverage", "hostPath": {"path": "/coverdata", "type": "DirectoryOrCreate"}},
        ],
    }
    labels = {"app": "datastorage"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "datastorage", "labels": labels},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }


def main(kubeconfig: str) -> None:
    """Deploy, run, draw."""
    cluster = Cluster.connect(kubeconfig)
    cluster.create("Namespace", {"metadata": {"name": NAMESPACE}})
    try:
        cluster.create("Deployment", deployment(), NAMESPACE)
        until(lambda: ready(cluster))
        with tempfile.TemporaryDirectory() as folder:
            picture = run(kubeconfig, Path(folder))
    finally:
        cluster.delete("Namespace", NAMESPACE)
    place = Path(__file__).parent.parent / "docs" / "captures" / "live.svg"
    place.write_text(picture, "utf-8")
    sys.stdout.write(f"wrote {place.relative_to(place.parents[2])}\n")


def ready(cluster: Cluster) -> bool:
    """Whether the service answers."""
    status = cluster.get("Deployment", "datastorage", NAMESPACE).get("status") or {}
    return status.get("readyReplicas") == 1


def run(kubeconfig: str, folder: Path) -> str:
    """Run it live with the example's repo and give the picture."""
    repo = example_repo(folder)
    os.environ |= {"KUBECONFIG": kubeconfig, "COVCHECK_HOME": str(folder)}
    runs = live_runs(load_settings(), restricted=False)
    plan = runs.plan(str(repo), None, "datastorage", NAMESPACE)
    result = runs.run(str(repo), None, plan, "capture", "ann", lambda _: None)

    def show(console: Console) -> None:
        show_live(console, result)

    return recorded(f"covcheck live datastorage --namespace {NAMESPACE} --repo .", show)


if __name__ == "__main__":
    main(*sys.argv[1:])
