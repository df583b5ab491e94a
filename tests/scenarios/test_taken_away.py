"""A token that is revoked, a disk that is full, a database that is away: said, waited out, nothing lost."""

from __future__ import annotations

import multiprocessing
import os
import re
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import Fault
from tests.postgres import Cluster, cluster, programs
from tests.scenarios.conftest import SECRET
from tests.scenarios.troubleprocess import main
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer

FORKS = multiprocessing.get_context("forkserver")
METHODS = ("chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.replies")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server
        assert server.violations == [], server.transcript()


@dataclass
class Bot:
    """A bot process."""

    child: ForkServerProcess
    client: SlackClient
    line: HttpLine
    folder: Path

    def health(self) -> tuple[int, Any]:
        answer = self.line.raw("GET", "/healthz", b"", {})
        return answer.status, answer.json

    def until(self, held: Callable[[], bool], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not held():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    def room(self, size: int) -> None:
        """Let no file of the bot grow beyond a size (-1: any)."""
        pid = self.child.pid
        assert pid is not None
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def log(self) -> str:
        return (self.folder / "log").read_text()


@contextmanager
def running(folder: Path, slack: SlackServer, database: str = "") -> Iterator[Bot]:
    ours, its = FORKS.Pipe()
    child = FORKS.Process(target=main, args=(its, folder, slack.base_url, database))
    child.start()
    its.close()
    line = HttpLine(ours.recv(), SECRET)
    try:
        yield Bot(child, SlackClient(slack, line), line, folder)
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def private(answer: Any) -> str:
    """What the person alone is told at once."""
    assert answer.status == 200
    assert answer.json["response_type"] == "ephemeral"
    return str(answer.json["text"])


def revoke(slack: SlackServer, error: str) -> None:
    for method in METHODS:
        slack.fail(method, Fault(error=error), times=10_000)


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_revoked_token_holds_work_back_until_it_is_good_again(
    tmp_path: Path, slack: SlackServer, error: str
) -> None:
    (tmp_path / "go").touch()
    with running(tmp_path, slack) as bot:
        assert bot.health() == (200, {"ok": True})
        revoke(slack, error)
        bot.client.command("datastorage")
        bot.client.mention("gateway")
        bot.until(lambda: bot.health()[0] == 503)
        reason = bot.health()[1]["reason"]
        assert reason.startswith(f"Slack refuses the bot token ({error}).")
        assert "set SLACK_BOT_TOKEN" in reason
        time.sleep(0.5)
        assert bot.log().count("jobs wait, none is lost: Slack refuses the bot token") == 1
        assert "Traceback" not in bot.log()
        slack.mend()
        slack.wait(lambda: len([m for m in slack.by_bot("C1") if "Looking" not in m["text"]]) == 2)
        bot.until(lambda: bot.health()[0] == 200)
        assert "jobs go on" in bot.log()
    assert len(slack.by_bot("C1")) == 2


def test_what_a_revoked_token_held_back_is_gone_on_with_by_the_next_start(
    tmp_path: Path, slack: SlackServer
) -> None:
    (tmp_path / "go").touch()
    with running(tmp_path, slack) as bot:
        revoke(slack, "token_revoked")
        bot.client.command("datastorage")
        bot.until(lambda: bot.health()[0] == 503)
        pid = bot.child.pid
        assert pid is not None
        os.kill(pid, signal.SIGTERM)
        bot.child.join(20)
        assert bot.child.exitcode == 0
    slack.mend()
    with running(tmp_path, slack):
        assert "will come out EMPTY" in read(answered(slack))
    assert len(slack.by_bot("C1")) == 1


def test_a_full_disk_is_told_to_who_asks_and_nothing_is_begun(tmp_path: Path, slack: SlackServer) -> None:
    (tmp_path / "go").touch()
    with running(tmp_path, slack) as bot:
        bot.client.command("gateway")
        answered(slack)
        bot.room(4_096)
        said = private(bot.client.command("datastorage"))
        assert re.match(r"Request [0-9a-f]{8} could not be stored: the disk .*\. Nothing was begun\.", said)
        ack, _ = bot.client.mention("datastorage")
        assert ack.status >= 500, "Slack must send the event again"
        slack.wait(lambda: len(slack.whispers) == 2)
        told = slack.whispers[1]["text"]
        assert re.match(r"Request [0-9a-f]{8} could not be stored: .* Slack hands it in again", told)
        status, health = bot.health()
        assert (status, "could not be stored: the disk" in health["reason"]) == (503, True)
        bot.room(-1)
        assert bot.client.command("datastorage").status == 200
        assert "will come out EMPTY" in read(answered(slack, number=1))
        assert bot.health() == (200, {"ok": True})
    assert len(slack.by_bot("C1")) == 2


def test_a_disk_that_fills_up_under_a_job_is_waited_out(tmp_path: Path, slack: SlackServer) -> None:
    with running(tmp_path, slack) as bot:
        bot.client.command("datastorage")
        bot.until((tmp_path / "begun").exists)
        bot.room(4_096)
        (tmp_path / "go").touch()
        time.sleep(1.5)
        assert "EMPTY" not in slack.transcript()
        bot.room(-1)
        assert "will come out EMPTY" in read(answered(slack))
        bot.until(lambda: bot.health()[0] == 200)
    assert len(slack.by_bot("C1")) == 1
    assert "wrong on our side" not in slack.transcript()


@pytest.fixture(scope="module")
def database() -> Iterator[Cluster]:
    if programs() is None:
        pytest.skip("there is no Postgres here")
    with cluster() as made:
        yield made


def test_a_postgres_that_is_away_is_told_in_time_and_waited_out(
    tmp_path: Path, slack: SlackServer, database: Cluster
) -> None:
    with running(tmp_path, slack, database.url) as bot:
        bot.client.command("datastorage")
        bot.until((tmp_path / "begun").exists)
        database.stop()
        try:
            began = time.monotonic()
            said = private(bot.client.command("gateway"))
            took = time.monotonic() - began
            assert "could not be stored: no connection to the server" in said
            (tmp_path / "go").touch()
            assert bot.health()[0] == 503
            time.sleep(1.0)
        finally:
            database.start()
        assert "will come out EMPTY" in read(answered(slack))
        bot.until(lambda: bot.health()[0] == 200)
        assert bot.client.command("gateway").status == 200
        assert "gateway" in read(answered(slack, number=1))
        assert took < 3.0, "Slack waits three seconds"
    assert len(slack.by_bot("C1")) == 2
    assert "wrong on our side" not in slack.transcript()
