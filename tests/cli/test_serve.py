"""`covcheck serve`: the real process serves Slack over HTTP, or the console, or prints the example."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from bot.example import example_repo
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import BOT_TOKEN
from tests.browser.running import clean_environment, started
from tests.slack.server import SlackServer

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
    env = {
        **clean_environment(tmp_path / "state"),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "COVCHECK_SLACK__API_URL": slack.base_url,
        "COVCHECK_REPOS__DEFAULT": str(example_repo(tmp_path)),
        "COVCHECK_HTTP__PORT": str(port),
    }
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


def test_the_example_is_printed_and_that_is_all(tmp_path):
    done = ended(tmp_path, "--example")
    assert done.returncode == 0, done.stderr
    assert "coverage will come out EMPTY" in done.stdout


def test_a_reader_that_goes_away_ends_the_example(tmp_path):
    shown = reading(tmp_path, "--example")
    assert shown.wait(timeout=PATIENCE) in (0, -signal.SIGPIPE)


def test_a_reader_that_goes_away_ends_the_console(tmp_path):
    shown = reading(tmp_path, "--port", "0")
    assert shown.wait(timeout=PATIENCE) in (0, -signal.SIGTERM)


def ended(folder, *words):
    """`covcheck serve WORDS`, which ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "serve", *words],
        env=clean_environment(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def reading(folder, *words):
    """`covcheck serve WORDS` whose reader went away after the first line."""
    command = [sys.executable, "-m", "bot", "serve", *words]
    shown = subprocess.Popen(command, env=clean_environment(folder), cwd=folder, stdout=subprocess.PIPE)
    assert shown.stdout is not None
    assert shown.stdout.readline()
    shown.stdout.close()
    return shown


def test_the_console_says_where_it_is_asks_first_and_ends_on_a_signal(tmp_path):
    with started(tmp_path) as console:
        page = httpx.get(console.url)
        assert page.status_code == 200
        assert "covcheck console" in page.text
        wait_until(lambda: "EMPTY" in "".join(console.lines))
        assert f"State       {tmp_path / 'console'}" in "".join(console.lines)
    assert console.process.returncode == 0
    assert (tmp_path / "console" / "covcheck.sqlite").is_file()
    assert not (tmp_path / "covcheck.sqlite").exists(), "a real bot's state was touched"


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = ended(tmp_path, "--port", port)
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Choose a free port" in done.stderr
