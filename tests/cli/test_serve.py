"""`covcheck serve` with tokens: the real process, put together from settings, serves Slack over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.example import example_repo
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import BOT_TOKEN
from tests.slack.server import SlackServer

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-signing-secret"
PATIENCE = 90.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


def test_a_command_is_answered_and_sigterm_ends_it(tmp_path, slack):
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("COVCHECK_", "SLACK_", "GITHUB_"))}
    env = {
        **clean,
        "PYTHONPATH": str(ROOT),
        "COVCHECK_HOME": str(tmp_path / "state"),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "COVCHECK_SLACK__API_URL": slack.base_url,
        "COVCHECK_REPOS__DEFAULT": str(example_repo(tmp_path)),
        "COVCHECK_HTTP__PORT": str(port),
    }
    env.pop("PORT", None)
    bot = subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=env, cwd=tmp_path)
    try:
        wait_until(lambda: answers(port))
        ack = SlackClient(slack, HttpLine(port, SECRET)).command("datastorage")
        assert ack.status == 200
        wait_until(lambda: "coverage will come out EMPTY" in slack.transcript())
        assert str(tmp_path) not in slack.transcript(), "a path of this machine was shown"
    finally:
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(timeout=PATIENCE) == 0


def test_a_reader_that_goes_away_ends_the_example(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("COVCHECK_", "SLACK_", "GITHUB_"))}
    env |= {"PYTHONPATH": str(ROOT), "COVCHECK_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "bot", "serve"]
    shown = subprocess.Popen(command, env=env, cwd=tmp_path, stdout=subprocess.PIPE)
    assert shown.stdout is not None
    assert shown.stdout.readline()
    shown.stdout.close()
    assert shown.wait(timeout=PATIENCE) in (0, -signal.SIGPIPE)
