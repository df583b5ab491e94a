"""`covcheck serve` takes figures from CI beside Slack, over HTTP and beside Socket Mode: real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import APP_TOKEN, BOT_TOKEN
from bot.store.answers import Store
from tests.cli.test_serve import PATIENCE, SECRET, answers, free_port, wait_until
from tests.history.server import TOKEN
from tests.scenarios.livework import write_coverage
from tests.slack.server import SlackServer

ROOT = Path(__file__).resolve().parents[2]

OURS = ("COVCHECK_", "SLACK_", "GITHUB_", "DATABASE_", "PORT")
PYTHON = [sys.executable, "-m", "bot"]


def environment(home: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**clean, "PYTHONPATH": str(ROOT), "COVCHECK_HOME": str(home), **more}


@contextmanager
def serving(folder: Path, slack: SlackServer, **more: str) -> Iterator[int]:
    """The port of a bot of its own."""
    port = free_port()
    settings = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "COVCHECK_SLACK__API_URL": slack.base_url,
        "COVCHECK_REPOS__ALLOWED": "acme/*",
        "COVCHECK_HISTORY__PUSH_TOKEN": TOKEN,
        "COVCHECK_HTTP__PORT": str(port),
    }
    env = environment(folder / "state", **{**settings, **more})
    bot = subprocess.Popen([*PYTHON, "serve"], env=env, cwd=folder)
    try:
        wait_until(lambda: answers(port) or bot.poll() is not None)
        yield port
    finally:
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(timeout=PATIENCE) == 0


def pushed(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """What the process in CI says."""
    data = write_coverage(folder / "covdata", {"acme/shop/cart": (80, 60)})
    words = ["-i", str(data), "--service", "gateway", "--repo", "acme/shop", "--commit", "4" * 40]
    env = environment(folder / "ci", COVCHECK_PUSH_TOKEN=TOKEN, COVCHECK_PUSH_URL=f"http://127.0.0.1:{port}")
    command = [*PYTHON, "cov", "push", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)


def percents(folder: Path) -> list[float | None]:
    store = Store(f"sqlite:///{folder}/state/covcheck.sqlite")
    try:
        return [figure.percent for figure in store.history.figures("acme/shop", "gateway")]
    finally:
        store.close()


@pytest.mark.parametrize("over", ["http", "socket"])
def test_a_figure_from_ci_is_kept(tmp_path: Path, over: str) -> None:
    way = {"SLACK_SIGNING_SECRET": SECRET} if over == "http" else {"SLACK_APP_TOKEN": APP_TOKEN}
    with SlackServer() as slack, serving(tmp_path, slack, **way) as port:
        done = pushed(tmp_path, port)
        assert (done.returncode, done.stdout[:18]) == (0, "Pushed: gateway of"), done.stderr
        ack = SlackClient(slack, HttpLine(port, SECRET)).command("help")
        assert ack.status == (200 if over == "http" else 404)
    assert percents(tmp_path) == [75.0]


def test_without_a_token_there_is_no_endpoint(tmp_path: Path) -> None:
    way = {"SLACK_SIGNING_SECRET": SECRET, "COVCHECK_HISTORY__PUSH_TOKEN": ""}
    with SlackServer() as slack, serving(tmp_path, slack, **way) as port:
        done = pushed(tmp_path, port)
    assert (done.returncode, "`history.push_token`" in done.stderr) == (2, True)
    assert percents(tmp_path) == []
