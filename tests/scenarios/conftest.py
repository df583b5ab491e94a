"""The real bot over HTTP against a local Slack; only reading repos is replaced, by small facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.jobs.engine import Jobs, JobsConfig
from bot.jobs.work import Work
from bot.store.answers import Store
from handlers.access import Access
from handlers.http import HttpServer
from handlers.serve import SlackConfig, build_jobs, build_slack_app, http_server
from tests.scenarios.factwork import FactWork
from tests.slack.client import HttpLine, SlackClient
from tests.slack.server import SlackServer
from tests.slack.world import APP_TOKEN, BOT_TOKEN

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ACCESS = Access(default_repo="acme/shop", channels={"C2": "acme/other"}, repos=("acme/*",))


@dataclass
class Bot:
    """A running bot with its parts."""

    jobs: Jobs
    store: Store
    slack: SlackConfig
    server: HttpServer

    def stop(self) -> None:
        self.server.stop()
        self.jobs.close(5.0)
        self.store.close()


def start_bot(folder: Path, slack: SlackServer, work: Work, access: Access = ACCESS) -> Bot:
    """Start a bot whose state lies in `folder`, as `covcheck serve` does."""
    config = SlackConfig(BOT_TOKEN, SECRET, APP_TOKEN, slack.base_url)
    store = Store(f"sqlite:///{folder}/store.sqlite")
    made = JobsConfig(f"sqlite:///{folder}/jobs.sqlite", poll=0.02, retry=0.05)
    jobs = build_jobs(made, slack=config, work=work, store=store)
    jobs.start()
    app = build_slack_app(config, jobs=jobs, access=access)
    server = http_server(app, config, jobs=jobs, host="127.0.0.1", port=0)
    server.start()
    return Bot(jobs, store, config, server)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server
        assert server.violations == [], server.transcript()


@pytest.fixture
def work() -> FactWork:
    return FactWork()


@pytest.fixture
def bot(tmp_path: Path, slack: SlackServer, work: FactWork) -> Iterator[Bot]:
    running = start_bot(tmp_path, slack, work)
    yield running
    running.stop()


@pytest.fixture
def client(slack: SlackServer, bot: Bot) -> SlackClient:
    return SlackClient(slack, HttpLine(bot.server.port, SECRET))
