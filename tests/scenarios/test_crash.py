"""A killed bot: the next start finishes every job that was taken, once. A told bot ends tidily."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from bot.localslack.client import HttpLine, SlackClient
from tests.scenarios.botprocess import main
from tests.scenarios.conftest import SECRET
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.scenarios.botprocess"])


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server
        assert server.violations == [], server.transcript()


@contextmanager
def process(
    folder: Path, slack: SlackServer, where: str, grace: float = 5.0
) -> Iterator[tuple[ForkServerProcess, int]]:
    """A bot process and its port; killed at the end if it still runs."""
    ours, its = FORKS.Pipe()
    child = FORKS.Process(target=main, args=(its, folder, slack.base_url, where, grace))
    child.start()
    its.close()
    try:
        yield child, ours.recv()
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def ended(child: ForkServerProcess) -> int | None:
    """The exit status, negative for a signal; None when it does not end."""
    child.join(60)
    return child.exitcode


def ask(slack: SlackServer, port: int, how: str) -> None:
    client = SlackClient(slack, HttpLine(port, SECRET))
    if how == "mention":
        client.mention("datastorage")
    else:
        client.command("datastorage")


@pytest.mark.parametrize(
    ("where", "how"), [("work", "mention"), ("posted", "mention"), ("posted", "command")]
)
def test_a_killed_job_is_finished_once_by_the_next_start(
    tmp_path: Path, slack: SlackServer, where: str, how: str
) -> None:
    with process(tmp_path, slack, where) as (first, port):
        ask(slack, port, how)
        assert ended(first) == -signal.SIGKILL
    assert len(slack.by_bot("C1")) == 1
    with process(tmp_path, slack, where):
        assert "will come out EMPTY" in read(answered(slack))
    assert len(slack.by_bot("C1")) == 1
    times = (tmp_path / "checked").read_text().count("datastorage")
    assert times == (2 if where == "work" else 1)


def test_sigterm_lets_jobs_under_way_finish(tmp_path: Path, slack: SlackServer) -> None:
    with process(tmp_path, slack, "slow") as (bot, port):
        ask(slack, port, "mention")
        slack.wait(lambda: slack.by_bot("C1"))
        bot.terminate()
        assert ended(bot) == 0
    assert "will come out EMPTY" in read(slack.by_bot("C1")[0])


def test_a_job_that_outlasts_the_grace_is_finished_by_the_next_start(
    tmp_path: Path, slack: SlackServer
) -> None:
    with process(tmp_path, slack, "sleep", 0.5) as (bot, port):
        ask(slack, port, "mention")
        slack.wait(lambda: slack.by_bot("C1"))
        bot.terminate()
        assert ended(bot) == 0
    assert slack.by_bot("C1")[0]["text"].startswith("Looking")
    (tmp_path / "second").touch()
    with process(tmp_path, slack, "sleep"):
        assert "will come out EMPTY" in read(answered(slack))
    assert len(slack.by_bot("C1")) == 1
