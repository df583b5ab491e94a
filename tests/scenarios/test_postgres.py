"""Jobs and store on Postgres: the same answers, and jobs that a stopped bot left are finished."""

from __future__ import annotations

from pathlib import Path

from bot.localslack.client import HttpLine, SlackClient
from bot.render.slack import DETAILS
from tests.scenarios.conftest import SECRET, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read, replies
from tests.slack.server import SlackServer


def test_a_check_its_details_and_a_restart(tmp_path: Path, postgres_url: str) -> None:
    with SlackServer() as slack:
        work = FactWork()
        first = start_bot(tmp_path, slack, work, database=postgres_url)
        client = SlackClient(slack, HttpLine(first.server.port, SECRET))
        _, said = client.mention("datastorage", event_id="EvTwice")
        client.mention("datastorage", event_id="EvTwice", message=said)
        message = answered(slack)
        assert "will come out EMPTY" in read(message)
        first.stop()
        second = start_bot(tmp_path, slack, work, database=postgres_url)
        SlackClient(slack, HttpLine(second.server.port, SECRET)).press(message, DETAILS)
        assert "node ✗" in read(slack.wait(lambda: replies(slack, message, 2))[-1])
        second.stop()
        assert len(slack.by_bot("C1")) == 2
        assert [service for _, _, service in work.checked] == ["datastorage"]
        assert slack.violations == []
