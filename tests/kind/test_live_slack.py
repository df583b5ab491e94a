"""From `/covcheck live` in Slack to the coverage in its thread: the real bot, a real cluster."""

from __future__ import annotations

from pathlib import Path

from bot.cluster.client import Object
from bot.cluster.options import RunOptions
from bot.jobs.live import LiveConfig
from bot.live_runs import LiveRuns
from bot.localslack.client import HttpLine, SlackClient
from bot.render.slack import LIVE_RUN
from bot.repo.base import Snapshot
from bot.store.live import StoredRun
from tests.kind.covered_image import covered_image
from tests.kind.live import LiveCluster
from tests.kind.stopped_workloads import as_before, made, until
from tests.scenarios.conftest import ACCESS, SECRET, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer


def no_repo(repo: str, ref: str | None) -> Snapshot:
    raise AssertionError(f"{repo} was opened")


def shop(image: str) -> Object:
    """A Deployment whose pod writes its coverage into an emptyDir: only a holder can save it."""
    container = {
        "name": "shop",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "env": [{"name": "GOCOVERDIR", "value": "/coverage"}],
        "volumeMounts": [{"name": "coverage", "mountPath": "/coverage"}],
    }
    labels = {"app": "shop"}
    spec = {"containers": [container], "volumes": [{"name": "coverage", "emptyDir": {}}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def test_a_run_from_the_command_to_the_files_in_its_thread(
    live_cluster: LiveCluster, live_namespace: str, tmp_path: Path
) -> None:
    (tmp_path / "image").mkdir()
    cluster = live_cluster.connect()
    made(cluster, live_namespace, shop(covered_image(live_cluster, tmp_path / "image")))
    options = RunOptions(namespaces=("live-*",))
    runs = LiveRuns(live_cluster.connect, no_repo, options, tmp_path / "runs", restricted=True)
    access = ACCESS.__class__(confirmers=("U1",))
    with SlackServer() as slack:
        live = LiveConfig(runs, tmp_path / "runs", confirm_minutes=5)
        bot = start_bot(tmp_path, slack, FactWork(), access, live=live)
        try:
            client = SlackClient(slack, HttpLine(bot.server.port, SECRET))
            client.command(f"live shop namespace {live_namespace}")
            plan = answered(slack)
            assert "Stops deployment/shop (2 replicas)" in read(plan)
            client.press(plan, LIVE_RUN)
            told = slack.wait(lambda: result_of(slack, plan["ts"]), 120)
            files = slack.wait(lambda: len(slack.files) == 2 and slack.files, 60)
            kept = bot.store.runs(service="shop", limit=1)
        finally:
            bot.stop()
        violations = list(slack.violations)
    assert "coverage 80.0% of 5 statements" in told, told
    assert "deployment/shop is back at 2 replicas." in told
    assert sorted(Path(file["name"]).suffix for file in files.values()) == [".gz", ".png"]
    assert violations == []
    check_kept(kept[0], live_namespace)
    until(lambda: as_before(cluster, live_namespace, "Deployment", "shop", replicas=2))


def result_of(slack: SlackServer, ts: str) -> str:
    """What the message and its thread say once the run is over, else nothing."""
    message = slack.channel("C1").find(ts)
    assert message is not None
    if message["text"].startswith(("Running", "Plan of", "Looking")):
        return ""
    return "\n".join(read(each) for each in (message, *slack.thread("C1", ts)))


def check_kept(run: StoredRun, namespace: str) -> None:
    """The run stands in the store for the history."""
    assert (run.service, run.namespace, run.target) == ("shop", namespace, "deployment/shop")
    assert (run.symptom, run.statements) == ("BOTH", 5)
    assert run.asked_by == "U1"
