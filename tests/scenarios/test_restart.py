"""Bots of their own: started anew, shutting down, with a store that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.localslack.client import HttpLine, SlackClient, SocketLine
from bot.render.slack import DETAILS
from bot.store.answers import Store, StoredAnswer
from handlers.desk import Desk
from handlers.serve import build_slack_app, socket_server
from tests.scenarios.conftest import ACCESS, SECRET, Bot, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read, replies
from tests.slack.server import SlackServer


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


def test_buttons_work_after_a_restart(tmp_path: Path, slack: SlackServer, work: FactWork) -> None:
    first = start_bot(tmp_path, slack, work)
    SlackClient(slack, HttpLine(first.server.port, SECRET)).command("datastorage")
    message = answered(slack)
    first.stop()
    work.findings = {}
    second = start_bot(tmp_path, slack, work)
    SlackClient(slack, HttpLine(second.server.port, SECRET)).press(message, DETAILS)
    assert "node ✗" in read(slack.wait(lambda: replies(slack, message, 1))[0])
    second.stop()
    assert len(work.checked) == 1


def test_orders_are_refused_while_shutting_down(client: SlackClient, slack: SlackServer, bot: Bot) -> None:
    bot.jobs.close(5.0)
    ack = client.command("datastorage")
    assert "shutting down" in ack.json["text"]
    event, _ = client.mention("datastorage")
    assert event.status == 500
    assert isinstance(client.line, HttpLine)
    assert client.line.raw("GET", "/healthz", b"", {}).status == 503


def test_an_event_that_cannot_be_stored_is_not_acknowledged(slack: SlackServer, bot: Bot) -> None:
    app = build_slack_app(bot.slack, desk=Desk(bot.jobs, ACCESS, bot.store))
    server = socket_server(app, bot.slack)
    server.start()
    bot.jobs.close(5.0)
    ack, _ = SlackClient(slack, SocketLine(slack)).mention("datastorage")
    assert ack.status == 504
    server.stop()


def test_a_button_whose_order_cannot_be_stored_says_so(
    client: SlackClient, slack: SlackServer, bot: Bot
) -> None:
    client.command("datastorage")
    message = answered(slack)
    bot.jobs.close(5.0)
    assert client.press(message, DETAILS).status == 200
    assert "shutting down" in slack.wait(lambda: slack.whispers)[0]["text"]


class NotKeeping(Store):
    """A store whose disk is full when an answer is to be kept."""

    def keep(self, answer: StoredAnswer) -> None:
        raise StoreError("The store failed: OperationalError.")


class NotPosting(Store):
    """A store that cannot even note that a message will be posted."""

    def intend(self, job_id: str, key: str) -> tuple[bool, str | None]:
        raise StoreError("The store failed: OperationalError.")


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    tmp_path: Path, slack: SlackServer, work: FactWork
) -> None:
    bot = start_bot(tmp_path, slack, work, store=NotKeeping)
    client = SlackClient(slack, HttpLine(bot.server.port, SECRET))
    client.command("datastorage")
    message = answered(slack)
    assert "will come out EMPTY" in read(message)
    client.press(message, DETAILS)
    slack.wait(lambda: slack.whispers)
    assert "I no longer have this answer" in slack.whispers[0]["text"]
    bot.stop()


def test_a_job_that_cannot_post_tells_the_asker(tmp_path: Path, slack: SlackServer, work: FactWork) -> None:
    bot = start_bot(tmp_path, slack, work, store=NotPosting)
    SlackClient(slack, HttpLine(bot.server.port, SECRET)).command("datastorage")
    slack.wait(lambda: slack.whispers)
    assert "went wrong on our side" in read(slack.whispers[0])
    assert "Request " in read(slack.whispers[0])
    assert work.checked == []
    bot.stop()
