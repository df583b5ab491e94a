"""A bot that is killed while it answers a request: the next start finishes the thread, nothing twice."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from bot.example import example_repo
from bot.localslack.client import HttpLine, SlackClient
from tests.scenarios.conftest import SECRET
from tests.scenarios.request import REQUEST
from tests.scenarios.requestprocess import main
from tests.scenarios.watch import read
from tests.slack.server import SlackServer

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.scenarios.requestprocess"])


@contextmanager
def process(
    folder: Path, repo: Path, slack: SlackServer, where: str
) -> Iterator[tuple[ForkServerProcess, int]]:
    """A bot process and its port; killed at the end if it still runs."""
    ours, its = FORKS.Pipe()
    child = FORKS.Process(target=main, args=(its, folder, repo, slack.base_url, where))
    child.start()
    its.close()
    try:
        yield child, ours.recv()
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


def finished(slack: SlackServer) -> bool:
    """Whether the last thing of the thread is there: the whole answer as a file."""
    names = [file["name"] for message in slack.by_bot("C1") for file in message.get("files", ())]
    return any(name.endswith(".md") for name in names)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_repo(tmp_path_factory.mktemp("example"))


@pytest.mark.parametrize("where", ["fetch", "work", "claim", "part-3", "file-1"])
def test_a_killed_answer_is_finished_once(tmp_path: Path, repo: Path, where: str) -> None:
    with SlackServer() as slack:
        with process(tmp_path, repo, slack, where) as (first, port):
            SlackClient(slack, HttpLine(port, SECRET)).mention(REQUEST)
            first.join(60)
            assert first.exitcode == -signal.SIGKILL
        assert not finished(slack)
        with process(tmp_path, repo, slack, where):
            slack.wait(lambda: finished(slack), 60.0)
        said = [read(message) for message in slack.by_bot("C1") if "files" not in message]
        names = [file["name"] for message in slack.by_bot("C1") for file in message.get("files", ())]
        assert slack.violations == []
    assert said[0].startswith("Answer to the DataStorage team")
    assert len(said) == len(set(said))
    assert len(names) == len(set(names)) >= 2
    steps = (tmp_path / "steps").read_text().split()
    assert (steps.count("fetch"), steps.count("work")) == (1 + (where == "fetch"), 1 + (where == "work"))
