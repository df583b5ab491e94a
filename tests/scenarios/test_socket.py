"""Socket Mode: envelopes are acknowledged when the order is stored, and the connection comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.errors import SlackError
from bot.localslack.client import SlackClient, SocketLine
from bot.localslack.world import BOT_TOKEN
from handlers.desk import Desk
from handlers.serve import SlackConfig, build_slack_app, socket_server
from handlers.socket import SocketServer
from tests.scenarios.conftest import ACCESS, Bot, Office
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer


@pytest.fixture(scope="module")
def connection(office: Office) -> Iterator[SocketServer]:
    bot = office.bot
    app = build_slack_app(bot.slack, desk=Desk(bot.jobs, ACCESS, bot.store))
    server = socket_server(app, bot.slack, ping_seconds=0.5)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def person(slack: SlackServer, connection: SocketServer) -> SlackClient:
    assert connection.connected()
    return SlackClient(slack, SocketLine(slack))


def test_a_command_is_answered(person: SlackClient, slack: SlackServer) -> None:
    ack = person.command("datastorage")
    assert (ack.status, ack.json["response_type"]) == (200, "in_channel")
    assert "will come out EMPTY" in read(answered(slack))


def test_help_comes_with_the_ack(person: SlackClient) -> None:
    assert "/covcheck compare A B" in read(person.command("help").json)


def test_a_mention_sent_twice_is_one_answer(person: SlackClient, slack: SlackServer) -> None:
    ack, said = person.mention("datastorage", event_id="EvSocket")
    assert ack.status == 200
    person.mention("datastorage", event_id="EvSocket", message=said)
    answered(slack)
    assert len(slack.by_bot("C1")) == 1


def test_a_cut_connection_comes_back(person: SlackClient, slack: SlackServer) -> None:
    slack.sockets.drop()
    slack.wait(lambda: slack.called("apps.connections.open") and slack.sockets.connected)
    assert person.command("help").status == 200


def test_a_refused_app_token_is_named(bot: Bot, slack: SlackServer) -> None:
    app = build_slack_app(bot.slack, desk=Desk(bot.jobs, ACCESS, bot.store))
    server = socket_server(app, SlackConfig(BOT_TOKEN, app_token="xapp-wrong", base_url=slack.base_url))
    with pytest.raises(SlackError, match="refused the app token: invalid_auth"):
        server.start()
    server.stop()


def test_a_refused_bot_token_is_named(bot: Bot, slack: SlackServer) -> None:
    with pytest.raises(SlackError, match="refused the bot token"):
        build_slack_app(
            SlackConfig("xoxb-wrong", base_url=slack.base_url), desk=Desk(bot.jobs, ACCESS, bot.store)
        )
