"""Rate limits: a channel takes about one message a second with short bursts, a method as its tier says."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.localslack.rates import Rates
from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_TOKEN, SCOPES, RateLimited


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_channel_takes_a_burst_and_then_one_a_second() -> None:
    clock = Clock()
    rates = Rates(clock, burst=3)
    for _ in range(3):
        rates.take("chat.postMessage", "C1")
    with pytest.raises(RateLimited) as early:
        rates.take("chat.postMessage", "C1")
    assert early.value.seconds == 1
    rates.take("chat.postMessage", "C2")
    for _ in range(5):
        clock.now += 1
        rates.take("chat.postMessage", "C1")


@pytest.mark.parametrize(
    ("method", "calls"), [("views.open", 100), ("chat.update", 50), ("usergroups.list", 20)]
)
def test_a_method_takes_as_many_a_minute_as_its_tier(method: str, calls: int) -> None:
    clock = Clock()
    rates = Rates(clock)
    for number in range(calls):
        rates.take(method, f"C{number}")
    with pytest.raises(RateLimited) as early:
        rates.take(method, "C1")
    clock.now += early.value.seconds
    rates.take(method, "C1")
    clock.now += 60
    for _ in range(calls):
        rates.take(method, "C1")


def test_what_has_no_limit_has_none() -> None:
    rates = Rates(Clock())
    for _ in range(1_000):
        rates.take("auth.test", "")


def test_too_early_is_429_with_the_seconds_to_wait() -> None:
    with SlackServer(SCOPES, rates=Rates(burst=2)) as slack:
        slack.channel("C1")
        web = WebClient(BOT_TOKEN, base_url=slack.base_url, retry_handlers=[])
        for _ in range(2):
            web.chat_postMessage(channel="C1", text="x")
        with pytest.raises(SlackApiError) as refused:
            web.chat_postMessage(channel="C1", text="x")
        answer = refused.value.response
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (
            429,
            "ratelimited",
            "1",
        )
        assert len(slack.by_bot("C1")) == 2


def test_nobody_counts_unless_asked_to(web: WebClient, slack: SlackServer) -> None:
    for _ in range(30):
        web.chat_postMessage(channel="C1", text="x")
    assert len(slack.by_bot("C1")) == 30
