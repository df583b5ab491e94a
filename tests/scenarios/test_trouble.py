"""What goes wrong: the same event twice, failing jobs, a busy or lost Slack, channels without the bot."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.check import Progress
from bot.errors import RateLimited
from bot.localslack.client import SlackClient
from bot.localslack.world import Fault
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read
from tests.slack.server import SlackServer


def settle(client: SlackClient, slack: SlackServer) -> None:
    """Have a later question answered, so that everything before it had its turn."""
    count = len(slack.by_bot("C9"))
    client.command("gateway", channel="C9")
    answered(slack, "C9", count)


@pytest.fixture(autouse=True)
def other_channel(slack: SlackServer) -> None:
    slack.channel("C9")


def test_the_same_event_twice_is_one_answer(client: SlackClient, slack: SlackServer, work: FactWork) -> None:
    _, said = client.mention("datastorage", event_id="EvTwice")
    for retry in (1, 2, 3):
        ack, _ = client.mention("datastorage", event_id="EvTwice", message=said, retry=retry)
        assert ack.status == 200
    answered(slack)
    client.mention("datastorage", event_id="EvTwice", message=said, retry=3)
    settle(client, slack)
    assert len(slack.by_bot("C1")) == 1
    assert [service for _, _, service in work.checked] == ["datastorage", "gateway"]


def test_a_retry_whose_first_try_was_lost_is_answered(client: SlackClient, slack: SlackServer) -> None:
    client.mention("datastorage", event_id="EvLost", retry=1)
    assert "will come out EMPTY" in read(answered(slack))


def test_a_replayed_command_is_one_answer(client: SlackClient, slack: SlackServer) -> None:
    trigger = slack.new_trigger()
    for _ in range(3):
        assert client.command("datastorage", trigger=trigger).status == 200
    answered(slack)
    settle(client, slack)
    assert len(slack.by_bot("C1")) == 1


def test_a_failure_of_the_repo_is_one_clear_sentence(
    client: SlackClient, slack: SlackServer, work: FactWork
) -> None:
    def limited(_: str, __: Progress) -> None:
        raise RateLimited(
            "GitHub's rate limit is used up until 14:10.", retry_after=60, hint="Ask again then."
        )

    work.before = limited
    client.mention("datastorage")
    said = read(answered(slack))
    assert said.startswith("GitHub's rate limit is used up until 14:10.\nAsk again then.\nRequest ")


def test_a_fault_of_ours_shows_no_traceback(
    client: SlackClient, slack: SlackServer, work: FactWork, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str, __: Progress) -> None:
        raise ZeroDivisionError("/secret/path.py")

    work.before = broken
    client.mention("datastorage")
    said = read(answered(slack))
    assert said.startswith("Something went wrong on our side")
    assert "ZeroDivisionError" not in slack.transcript()
    assert "/secret/path.py" not in slack.transcript()
    request_id = said.rsplit("Request ", 1)[1]
    assert any(request_id in record.getMessage() for record in caplog.records)


def test_a_rate_limited_slack_is_waited_for(client: SlackClient, slack: SlackServer) -> None:
    slack.fail("chat.postMessage", Fault(status=429, retry_after=1))
    slack.fail("chat.update", Fault(status=429, retry_after=1))
    client.command("datastorage")
    assert "will come out EMPTY" in read(answered(slack))
    assert len(slack.by_bot("C1")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(drop=True, done=True),
        Fault(status=500, done=True),
        Fault(status=200, error="internal_error", done=True),
        Fault(drop=True),
        Fault(status=503),
    ],
    ids=["reply lost", "500 after posting", "error after posting", "call lost", "503"],
)
@pytest.mark.parametrize("threaded", [True, False], ids=["thread", "channel"])
def test_an_outage_leaves_one_answer(
    client: SlackClient, slack: SlackServer, fault: Fault, threaded: bool
) -> None:
    slack.fail("chat.postMessage", fault)
    if threaded:
        client.mention("datastorage")
    else:
        client.command("datastorage")
    assert "will come out EMPTY" in read(answered(slack))
    assert len(slack.by_bot("C1")) == 1


def test_without_history_scopes_it_still_answers(client: SlackClient, slack: SlackServer) -> None:
    slack.scopes = frozenset({"chat:write", "files:write", "commands"})
    slack.fail("chat.postMessage", Fault(status=500))
    client.command("datastorage")
    assert "will come out EMPTY" in read(answered(slack))


def test_a_refused_answer_is_said_to_have_failed(client: SlackClient, slack: SlackServer) -> None:
    slack.fail("chat.update", Fault(error="invalid_blocks"))
    client.command("services")
    slack.wait(lambda: any("went wrong on our side" in read(m) for m in slack.by_bot("C1")))


@pytest.mark.parametrize("missing", ["absent", "not a member"])
def test_a_channel_without_the_bot_is_told_to_the_asker(
    client: SlackClient, slack: SlackServer, missing: str
) -> None:
    if missing == "not a member":
        slack.channel("C8").has_bot = False
    client.command("datastorage", channel="C8")
    slack.wait(lambda: slack.whispers)
    assert "I cannot post in this channel" in slack.whispers[0]["text"]
    assert "/invite @covcheck" in slack.whispers[0]["text"]


def test_many_commands_at_once_are_all_taken_and_answered(
    client: SlackClient, slack: SlackServer, work: FactWork
) -> None:
    with ThreadPoolExecutor(30) as people:
        acks = list(people.map(lambda n: client.command(f"datastorage ref-{n}"), range(30)))
    assert all(ack.status == 200 for ack in acks)
    slack.wait(lambda: sum("EMPTY" in read(m) for m in slack.by_bot("C1")) == 30, 60.0)
    assert len(work.checked) == 30
