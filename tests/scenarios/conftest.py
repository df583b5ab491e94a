"""The real bot over HTTP against a local Slack; only reading repos is replaced, by small facts.

A bot and its Slack live as long as a module: starting one costs more than most of its tests. What
a test may see is emptied between tests, after every job has ended. Tests that stop or restart a
bot have one of their own (test_restart.py, test_crash.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from dbos import DBOS

from bot.jobs.engine import Jobs, JobsConfig
from bot.jobs.live import LiveConfig
from bot.jobs.modes import Modes
from bot.jobs.parts import PartOf
from bot.jobs.work import Work
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import APP_TOKEN, BOT_TOKEN
from bot.store.answers import Store
from handlers.access import Access
from handlers.desk import Desk
from handlers.http import HttpServer
from handlers.serve import SlackConfig, build_jobs, build_slack_app, http_server
from handlers.web import SlackMessenger
from tests.scenarios.factwork import FactWork
from tests.slack.server import SlackServer

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
EDIT_SECONDS = 0.3
ACCESS = Access(
    default_repo="acme/shop",
    channels={"C2": "acme/other"},
    repos=("acme/*",),
    teams=frozenset({"T1"}),
    confirmers=("U1", "U3"),
)


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


def start_bot(
    folder: Path,
    slack: SlackServer,
    work: Work,
    access: Access = ACCESS,
    *,
    store: type[Store] = Store,
    database: str = "",
    live: LiveConfig | None = None,
    parts: Sequence[PartOf] = (),
    modes: Modes | None = None,
) -> Bot:
    """Start a bot whose state lies in `folder` (or in `database`), as `covcheck serve` does."""
    config = SlackConfig(BOT_TOKEN, SECRET, APP_TOKEN, slack.base_url)
    kept = store(database or f"sqlite:///{folder}/store.sqlite")
    made = JobsConfig(database or f"sqlite:///{folder}/jobs.sqlite", poll=0.02, retry=0.05)
    messenger = SlackMessenger(BOT_TOKEN, kept, base_url=slack.base_url, edit_seconds=EDIT_SECONDS)
    jobs = build_jobs(made, slack=config, work=work, store=kept, messenger=messenger, live=live, parts=parts)
    jobs.start()
    app = build_slack_app(config, desk=Desk(jobs, access, kept, modes or Modes()))
    server = http_server(app, config, jobs=jobs, host="127.0.0.1", port=0)
    server.start()
    return Bot(jobs, kept, config, server)


@dataclass
class Office:
    """A Slack, a bot in it, and the work the bot gives its jobs to."""

    slack: SlackServer
    bot: Bot
    work: FactWork

    def settle(self) -> None:
        """Wait until every job has ended."""
        self.slack.wait(lambda: not DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1), 60.0)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    work = FactWork()
    with SlackServer() as slack:
        bot = start_bot(tmp_path_factory.mktemp("bot"), slack, work)
        yield Office(slack, bot, work)
        bot.stop()


@pytest.fixture
def slack(office: Office) -> Iterator[SlackServer]:
    yield office.slack
    office.settle()
    violations, said = list(office.slack.violations), office.slack.transcript()
    office.slack.forget()
    office.work.forget()
    assert violations == [], said


@pytest.fixture
def work(office: Office) -> FactWork:
    return office.work


@pytest.fixture
def bot(office: Office) -> Bot:
    return office.bot


@pytest.fixture
def client(slack: SlackServer, bot: Bot) -> SlackClient:
    return SlackClient(slack, HttpLine(bot.server.port, SECRET))
