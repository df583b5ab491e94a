"""A bot that is killed during a live run: the next start says what became of it and runs nothing twice."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from bot.localslack.client import HttpLine, SlackClient
from bot.render.slack import LIVE_RUN
from bot.store.answers import Store
from tests.scenarios.conftest import SECRET
from tests.scenarios.liveprocess import main
from tests.scenarios.watch import Json, answered, read
from tests.slack.server import SlackServer

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.scenarios.botprocess", "tests.scenarios.liveprocess"])


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server
        assert server.violations == [], server.transcript()


@contextmanager
def process(folder: Path, slack: SlackServer, where: str) -> Iterator[tuple[ForkServerProcess, int]]:
    """A bot process and its port; killed at the end if it still runs."""
    ours, its = FORKS.Pipe()
    child = FORKS.Process(target=main, args=(its, folder, slack.base_url, where))
    child.start()
    its.close()
    try:
        yield child, ours.recv()
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def confirm_and_die(folder: Path, slack: SlackServer, where: str) -> Json:
    """Ask for a plan, confirm it, and see the bot die; gives the plan's message."""
    with process(folder, slack, where) as (child, port):
        client = SlackClient(slack, HttpLine(port, SECRET))
        client.command("live datastorage")
        message = answered(slack)
        client.press(message, LIVE_RUN)
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        return message


def told(slack: SlackServer, message: Json, words: str) -> str:
    """What the plan's message says once it holds `words`."""

    def found() -> str | None:
        said = read(slack.channel("C1").find(message["ts"]) or {})
        return said if words in said else None

    return str(slack.wait(found))


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("run", "The run of datastorage was interrupted; everything is put back: 1 replica."),
        ("run, undone", "The run of datastorage was interrupted; nothing of it is left in the cluster."),
    ],
)
def test_a_run_that_died_is_told_and_not_run_again(
    tmp_path: Path, slack: SlackServer, where: str, says: str
) -> None:
    message = confirm_and_die(tmp_path, slack, where)
    assert read(slack.by_bot("C1")[0]).startswith("Running datastorage")
    with process(tmp_path, slack, where):
        said = told(slack, message, "interrupted")
        assert said.startswith(says)
        assert "[Plan anew]" in said
        store = Store(f"sqlite:///{tmp_path}/store.sqlite")
        run_id = (tmp_path / "ran").read_text().split()[0]
        kept = slack.wait(lambda: store.run(run_id))
        store.close()
    assert kept.status == "FAILED"
    assert says.startswith(kept.result["headline"].removesuffix(".")[:40])
    assert len(slack.by_bot("C1")) == 1


def test_a_result_that_was_not_told_yet_is_told_without_another_run(
    tmp_path: Path, slack: SlackServer
) -> None:
    message = confirm_and_die(tmp_path, slack, "keep")
    with process(tmp_path, slack, "keep"):
        assert "coverage 39.3%" in told(slack, message, "coverage")
        slack.wait(lambda: len(slack.files) == 2 and all(f["posted"] for f in slack.files.values()))
    assert len((tmp_path / "ran").read_text().split()) == 1


def test_files_that_went_with_the_disk_are_said_to_be_gone(tmp_path: Path, slack: SlackServer) -> None:
    message = confirm_and_die(tmp_path, slack, "file")
    shutil.rmtree(tmp_path / "runs")
    with process(tmp_path, slack, "file"):
        slack.wait(lambda: len(slack.thread("C1", message["ts"])) == 2)
    said = [read(reply) for reply in slack.thread("C1", message["ts"])]
    assert all("is no longer on the machine that covcheck runs on" in each for each in said)
