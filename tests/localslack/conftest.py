"""A local Slack with a small app in it, and people who do things there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.localslack.app import App, Command, Shortcut
from bot.localslack.deeds import Deeds
from bot.localslack.delivery import Delivery
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_TOKEN, SCOPES, Group, Person
from tests.localslack.bot import SmallBot

MORE = {
    *("channels:read", "groups:read", "im:read", "im:write", "links:write", "reactions:write"),
    *("usergroups:read", "users:read"),
}
APP = App(
    events=frozenset(
        {
            *("app_mention", "message.im", "message.channels", "reaction_added"),
            *("app_home_opened", "link_shared"),
        }
    ),
    domains=("github.example",),
    commands=(Command("/covcheck"),),
    shortcuts=(Shortcut("on_message", "Do it", "message"), Shortcut("anywhere", "Do all", "global")),
)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(SCOPES | MORE, real_time=True) as server:
        server.app = APP
        server.people = {"U1": Person("U1", "Robin Doe", "Developer"), "U2": Person("U2", "Maria")}
        server.groups = {"S1": Group("S1", "coverage", "Coverage people", ("U1", "U2"))}
        server.strangers = False
        server.channel("C1").name = "coverage"
        yield server


@pytest.fixture
def web(slack: SlackServer) -> WebClient:
    return WebClient(BOT_TOKEN, base_url=slack.base_url, retry_handlers=[])


@pytest.fixture
def bot(slack: SlackServer) -> Iterator[SmallBot]:
    made = SmallBot(slack)
    yield made
    made.stop()


@pytest.fixture
def deeds(slack: SlackServer, bot: SmallBot) -> Iterator[Deeds]:
    delivery = Delivery(bot.line, (0.0, 0.05, 0.05))
    yield Deeds(slack, bot.line, delivery)
    delivery.stop()
