"""Who may not ask is told so, privately and on every surface; nothing is read for them."""

from __future__ import annotations

import pytest

from bot.localslack.client import HttpLine, SlackClient
from bot.render.slack import COMPARE, DETAILS
from handlers.access import REFUSED
from tests.scenarios.conftest import SECRET, Bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer


@pytest.fixture
def stranger(slack: SlackServer, bot: Bot) -> SlackClient:
    """Somebody of another workspace, in a shared channel."""
    return SlackClient(slack, HttpLine(bot.server.port, SECRET), user="U9", team="T9")


def test_a_command(stranger: SlackClient, slack: SlackServer, work: FactWork) -> None:
    ack = stranger.command("datastorage")
    assert (ack.json["response_type"], ack.json["text"]) == ("ephemeral", REFUSED)
    assert (slack.by_bot("C1"), work.checked) == ([], [])


def test_a_mention(stranger: SlackClient, slack: SlackServer, work: FactWork) -> None:
    stranger.mention("datastorage")
    told = slack.wait(lambda: slack.whispers)[0]
    assert (told["text"], told["user"]) == (REFUSED, "U9")
    assert (slack.by_bot("C1"), work.checked) == ([], [])


def test_a_direct_message(stranger: SlackClient, slack: SlackServer, work: FactWork) -> None:
    stranger.direct("datastorage")
    assert read(slack.wait(lambda: slack.by_bot("D9"))[0]) == REFUSED
    assert work.checked == []


@pytest.mark.parametrize("button", [DETAILS, COMPARE])
def test_a_button(client: SlackClient, stranger: SlackClient, slack: SlackServer, button: str) -> None:
    client.command("datastorage")
    message = answered(slack)
    assert stranger.press(message, button).status == 200
    assert slack.wait(lambda: slack.whispers)[0]["text"] == REFUSED
    assert slack.thread("C1", message["ts"]) == []


def test_a_live_run_where_no_cluster_is_set_up(client: SlackClient, slack: SlackServer) -> None:
    assert client.command("live datastorage").status == 200
    told = slack.wait(lambda: slack.whispers)[0]
    assert read(told).startswith("No cluster is set up here.")
    assert slack.by_bot("C1") == []


def test_no_button_offers_a_cluster_that_is_not_there(client: SlackClient, slack: SlackServer) -> None:
    client.command("datastorage")
    assert "[Run it in the cluster]" not in read(answered(slack))
