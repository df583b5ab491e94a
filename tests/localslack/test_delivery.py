"""Events are sent again, as Slack does, until the bot takes them or the tries are used up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from slack_bolt import Ack as BoltAck
from slack_sdk import WebClient

from bot.localslack.deeds import Deeds
from bot.localslack.delivery import DELAYS, Delivery
from bot.localslack.lines import Ack, HttpLine, attempt
from bot.localslack.server import SlackServer
from bot.localslack.world import Json
from tests.localslack.bot import SECRET, SmallBot


class Answers:
    """A line that answers with what is next, and keeps what was sent."""

    def __init__(self, *acks: Ack | BaseException) -> None:
        self.acks = list(acks)
        self.sent: list[tuple[Json, dict[str, str]]] = []
        self.done = threading.Event()

    def event(self, payload: Json, headers: dict[str, str]) -> Ack:
        self.sent.append((payload, headers))
        answer = self.acks.pop(0)
        if not self.acks:
            self.done.set()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def command(self, form: Json) -> Ack:
        raise NotImplementedError

    interaction = command


OK, BUSY, SLOW = Ack(200, "", 0.1), Ack(500, "", 0.1), Ack(200, "", 3.5)


def tries(line: Answers) -> list[tuple[str | None, str | None]]:
    sent = Delivery(line, (0.0, 0.01, 0.01))
    first = sent.send({"type": "message"})
    assert first is not None
    first.result(5)
    assert line.done.wait(5)
    time.sleep(0.05)
    sent.stop()
    return [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for _, h in line.sent]


def test_what_is_taken_is_sent_once() -> None:
    assert tries(Answers(OK)) == [(None, None)]


def test_three_more_tries_with_their_number_and_the_reason() -> None:
    line = Answers(BUSY, SLOW, ConnectionRefusedError(), BUSY)
    assert tries(line) == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_timeout"),
        ("3", "connection_failed"),
    ]
    assert len({payload["event_id"] for payload, _ in line.sent}) == 1


def test_the_tries_end_when_it_is_taken_or_nobody_wants_another() -> None:
    assert [number for number, _ in tries(Answers(BUSY, OK))] == [None, "1"]
    assert tries(Answers(Ack(500, "", 0.1, final=True))) == [(None, None)]


def test_slack_itself_waits_a_minute_and_five() -> None:
    assert DELAYS == (0.0, 60.0, 300.0)


def test_stopped_means_nothing_more_is_sent() -> None:
    line = Answers(BUSY, OK)
    delivery = Delivery(line, (30.0,))
    first = delivery.send({"type": "message"})
    assert first is not None
    first.result(5)
    delivery.stop()
    assert delivery.send({"type": "message"}) is None
    assert len(line.sent) == 1


def test_the_real_bot_gets_an_event_again_that_it_failed_on(
    slack: SlackServer, bot: SmallBot, deeds: Deeds
) -> None:
    failures = iter([True, True, False])

    def fail(body: Json, ack: BoltAck, client: WebClient) -> None:
        if next(failures):
            raise ValueError("not now")
        ack()

    bot.doing = fail
    _, ack = deeds.write("U1", "C1", "hello")
    assert ack.failure == "http_service_error"
    bot.wait(lambda: len(bot.heard) == 3)
    assert [headers.get("x-slack-retry-num") for headers in bot.headers] == [None, ["1"], ["2"]]


def test_a_bot_that_is_silent_or_not_there() -> None:
    def silent() -> Ack:
        raise TimeoutError

    calls: list[tuple[Callable[[], Ack], str]] = [
        (silent, "operation_timeout"),
        (lambda: HttpLine(9, SECRET).command({}), "dispatch_failed"),
        (lambda: Ack(200, "", 3.01), "operation_timeout"),
        (lambda: Ack(503, "", 0.1), "http_service_error"),
        (lambda: Ack(401, "", 0.1), "http_client_error"),
        (lambda: Ack(200, "", 0.1), ""),
    ]
    assert [attempt(call).failure for call, _ in calls] == [failure for _, failure in calls]
