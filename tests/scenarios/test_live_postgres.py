"""A live run on Postgres, in a channel that has no repo: only the cluster is read, and the run is kept."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from bot.jobs.live import LiveConfig
from bot.localslack.client import HttpLine, SlackClient
from bot.render.slack import LIVE_RUN
from handlers.access import Access
from tests.scenarios.conftest import SECRET, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.livework import PlayedWork
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer


def test_plan_restart_confirm_result(tmp_path: Path, postgres_url: str) -> None:
    cluster = PlayedWork(tmp_path / "runs")
    live = LiveConfig(cluster, tmp_path / "runs")
    access = Access(confirmers=("U1",))
    with SlackServer() as slack:
        first = start_bot(tmp_path, slack, FactWork(), access, database=postgres_url, live=live)
        SlackClient(slack, HttpLine(first.server.port, SECRET)).command("live datastorage namespace team-a")
        message = deepcopy(answered(slack))
        first.stop()
        second = start_bot(tmp_path, slack, FactWork(), access, database=postgres_url, live=live)
        client = SlackClient(slack, HttpLine(second.server.port, SECRET))
        client.press(message, LIVE_RUN)
        slack.wait(lambda: "coverage 39.3%" in read(slack.by_bot("C1")[0]))
        slack.wait(lambda: len(slack.by_bot("C1")) == 3)
        assert read(slack.by_bot("C1")[0]).startswith("datastorage · coverage 39.3%")
        assert cluster.planned == [(None, None, "datastorage", "team-a")]
        (run,) = second.store.runs(service="datastorage")
        assert (run.repo, run.commit, run.status, run.covered) == (None, None, "CLEAR", 110)
        ack = client.command("live datastorage main")
        assert "This channel has no repo yet." in ack.json["text"]
        second.stop()
        assert slack.violations == []
