"""Permissions by user group through the real Bolt app and the local Slack's user groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.jobs.live import LiveConfig
from bot.localslack.client import SlackClient
from bot.localslack.world import BOT_TOKEN, SCOPES, Fault, Group
from bot.render.slack import LIVE_RUN
from handlers.access import ASK_AGAIN, NO_SCOPE, ONLY_THEY, REFUSED
from handlers.groups import SlackGroups
from tests.scenarios.conftest import ACCESS, Office, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.livework import PlayedWork
from tests.scenarios.watch import answered
from tests.slack.server import SlackServer

ASKERS, LEADS = "SASKERS01", "SLEADS001"
METHOD = "usergroups.users.list"


class Clock:
    """A clock that is set by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> PlayedWork:
    return PlayedWork(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, cluster: PlayedWork, clock: Clock) -> Iterator[Office]:
    work = FactWork()
    with SlackServer() as slack:
        groups = SlackGroups(BOT_TOKEN, base_url=slack.base_url, clock=clock)
        named = replace(ACCESS, users=frozenset({"U7", ASKERS}), confirmers=("U8", LEADS), groups=groups)
        live = LiveConfig(cluster, cluster.folder)
        bot = start_bot(tmp_path_factory.mktemp("bot"), slack, work, named, live=live)
        yield Office(slack, bot, work)
        groups.stop()
        bot.stop()


@pytest.fixture(autouse=True)
def _people(slack: SlackServer, clock: Clock, cluster: PlayedWork, office: Office) -> Iterator[None]:
    """U1 leads, U2 asks, U7 and U8 are named themselves, U9 is nobody. What was known is out of date."""
    slack.groups[ASKERS] = Group(ASKERS, "askers", users=("U1", "U2"))
    slack.groups[LEADS] = Group(LEADS, "leads", users=("U1",))
    clock.now += 10_000
    yield
    office.settle()
    cluster.forget()


def told(slack: SlackServer) -> str:
    return str(slack.wait(lambda: slack.whispers)[-1]["text"])


@pytest.mark.parametrize("user", ["U1", "U2", "U7"])
def test_who_is_in_the_group_may_ask(slack: SlackServer, client: SlackClient, user: str) -> None:
    SlackClient(slack, client.line, user=user).command("gateway")
    assert answered(slack)


def test_who_is_not_may_not(slack: SlackServer, client: SlackClient, office: Office) -> None:
    ack = SlackClient(slack, client.line, user="U9").command("gateway")
    assert ack.json["text"] == REFUSED
    assert office.work.checked == []


def test_a_lead_confirms_and_another_is_told_who_may(
    slack: SlackServer, client: SlackClient, cluster: PlayedWork, office: Office
) -> None:
    client.command("live datastorage")
    plan = answered(slack)
    SlackClient(slack, client.line, user="U2").press(plan, LIVE_RUN)
    slack.wait(lambda: slack.whispers)
    assert told(slack).startswith(ONLY_THEY)
    assert LEADS in str(slack.whispers[-1]["blocks"])
    assert cluster.ran == []
    client.press(plan, LIVE_RUN)
    office.settle()
    assert len(cluster.ran) == 1


def test_who_left_the_group_may_no_longer_confirm(
    slack: SlackServer, client: SlackClient, cluster: PlayedWork, clock: Clock
) -> None:
    client.command("live datastorage")
    plan = answered(slack)
    slack.groups[LEADS] = Group(LEADS, "leads", users=())
    clock.now += 301
    client.press(plan, LIVE_RUN)
    assert told(slack).startswith(ONLY_THEY)
    assert cluster.ran == []


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(status=429, retry_after=30), ASK_AGAIN),
        (Fault(drop=True), ASK_AGAIN),
        (Fault(error="missing_scope"), NO_SCOPE),
    ],
    ids=["429", "dropped", "scope"],
)
def test_when_slack_does_not_say_nobody_gets_in_and_each_is_told_why(
    slack: SlackServer, client: SlackClient, office: Office, fault: Fault, why: str
) -> None:
    slack.fail(METHOD, fault, times=50)
    assert client.command("gateway").json["text"] == why
    client.mention("gateway")
    assert told(slack) == why
    client.direct("gateway")
    slack.wait(lambda: [m for m in slack.by_bot("D1") if why in m["text"].replace("&amp;", "&")])
    assert office.work.checked == []
    SlackClient(slack, client.line, user="U7").command("gateway")
    assert answered(slack)


def test_a_group_that_is_gone_lets_nobody_in(slack: SlackServer, client: SlackClient) -> None:
    del slack.groups[ASKERS]
    assert client.command("gateway").json["text"] == REFUSED


def test_without_the_scope(slack: SlackServer, client: SlackClient) -> None:
    slack.scopes = SCOPES - {"usergroups:read"}
    assert client.command("gateway").json["text"] == NO_SCOPE
