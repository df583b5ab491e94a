"""Who is in a user group, against the local Slack: what it does not say lets nobody in, and nobody waits."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bot.localslack.world import BOT_TOKEN, SCOPES, Fault, Group
from handlers.access import ASKING_SECONDS, DECIDING_SECONDS, Member
from handlers.groups import SlackGroups
from tests.slack.server import SlackServer

LEADS = "SLEADS001"
METHOD = "usergroups.users.list"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        server.groups[LEADS] = Group(LEADS, "leads", users=("U1", "U3"))
        yield server


@pytest.fixture
def groups(slack: SlackServer, clock: Clock) -> Iterator[SlackGroups]:
    made = SlackGroups(BOT_TOKEN, base_url=slack.base_url, wait=5.0, clock=clock)
    yield made
    made.stop()


def asks(groups: SlackGroups, user: str, *named: str, within: float = DECIDING_SECONDS) -> Member:
    return groups.member(named or (LEADS,), user, within)


def test_who_is_in_the_group_and_who_is_not(groups: SlackGroups, slack: SlackServer) -> None:
    assert asks(groups, "U1") is Member.YES
    assert asks(groups, "U2") is Member.NO
    assert asks(groups, "U2", "SOTHERS99", LEADS) is Member.NO
    assert asks(groups, "U3", "SOTHERS99", LEADS) is Member.YES
    assert len([a for a in slack.called(METHOD) if a["usergroup"] == LEADS]) == 1


def test_a_group_that_is_made_up_lets_nobody_in(groups: SlackGroups) -> None:
    assert asks(groups, "U1", "SMADEUP99") is Member.NO


def test_who_left_the_group_is_out_when_it_is_looked_up_again(
    groups: SlackGroups, slack: SlackServer, clock: Clock
) -> None:
    assert asks(groups, "U3") is Member.YES
    slack.groups[LEADS] = Group(LEADS, "leads", users=("U1",))
    clock.now += 301
    assert asks(groups, "U3") is Member.NO
    assert asks(groups, "U1") is Member.YES


def test_it_is_looked_up_before_it_is_stale(groups: SlackGroups, slack: SlackServer, clock: Clock) -> None:
    asks(groups, "U1")
    clock.now += 250
    slack.wait(lambda: len(slack.called(METHOD)) == 2)


def test_without_the_scope_nobody_gets_in(groups: SlackGroups, slack: SlackServer) -> None:
    slack.scopes = SCOPES - {"usergroups:read"}
    assert asks(groups, "U1") is Member.NO_SCOPE


@pytest.mark.parametrize(
    "fault",
    [Fault(status=429, retry_after=30), Fault(status=503), Fault(error="internal_error"), Fault(drop=True)],
    ids=["429", "503", "error", "dropped"],
)
def test_when_slack_fails_what_was_last_known_holds_for_a_time(
    groups: SlackGroups, slack: SlackServer, clock: Clock, fault: Fault
) -> None:
    assert asks(groups, "U1") is Member.YES
    slack.fail(METHOD, fault, times=100)
    clock.now += DECIDING_SECONDS - 1
    assert asks(groups, "U1") is Member.YES
    clock.now += 2
    assert asks(groups, "U1") is Member.LATER
    assert asks(groups, "U1", within=ASKING_SECONDS) is Member.YES
    clock.now += ASKING_SECONDS
    assert asks(groups, "U1", within=ASKING_SECONDS) is Member.LATER
    slack.mend()
    clock.now += 301
    assert asks(groups, "U1") is Member.YES


def test_what_slack_refused_is_not_asked_again_at_once(
    groups: SlackGroups, slack: SlackServer, clock: Clock
) -> None:
    slack.fail(METHOD, Fault(status=429, retry_after=60))
    assert asks(groups, "U1") is Member.LATER
    clock.now += 59
    assert asks(groups, "U1") is Member.LATER
    clock.now += 2
    assert asks(groups, "U1") is Member.YES


def test_nobody_waits_for_a_slack_that_does_not_answer() -> None:
    """The look-up goes on beside the question, which is answered after `wait`."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = SlackGroups(BOT_TOKEN, base_url=f"http://127.0.0.1:{silent.getsockname()[1]}/api/", wait=0.1)
        assert slow.member((LEADS,), "U1", DECIDING_SECONDS) is Member.LATER
        slow.stop(0.0)


def test_a_stopped_one_says_later(slack: SlackServer, clock: Clock) -> None:
    groups = SlackGroups(BOT_TOKEN, base_url=slack.base_url, wait=0.1, clock=clock)
    groups.start()
    groups.stop()
    assert asks(groups, "U1") is Member.LATER
