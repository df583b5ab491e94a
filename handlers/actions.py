"""The buttons under an answer. They carry the answer's id only, so they work after a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.errors import StoreError
from bot.jobs.engine import Jobs
from bot.jobs.orders import (
    Choose,
    Details,
    LiveAgain,
    LiveCancel,
    LiveOf,
    LiveRun,
    Order,
    Place,
)
from bot.jobs.question_orders import AnotherAnswer, AskOwners, GiveFeedback
from bot.render.feedback import HUMAN, SOLVED, UNHELPFUL
from bot.render.slack import COMPARE, COMPARE_WITH, DETAILS, LIVE, LIVE_AGAIN, LIVE_CANCEL, LIVE_RUN
from bot.render.slack_question import OTHERS, OWNERS
from bot.store.feedback import Vote
from handlers.access import Access, Deed, team_of
from handlers.desk import Desk


def _feedback(vote: Vote, answer_id: str) -> Order:
    return GiveFeedback(answer_id, vote.value, time.time())


def _another(number: int, answer_id: str) -> Order:
    return AnotherAnswer(answer_id, number)


_BY_VALUE: dict[str, Callable[[str], Order]] = {
    DETAILS: Details,
    COMPARE: Choose,
    LIVE: LiveOf,
    LIVE_RUN: LiveRun,
    LIVE_CANCEL: LiveCancel,
    LIVE_AGAIN: LiveAgain,
    SOLVED: partial(_feedback, Vote.SOLVED),
    UNHELPFUL: partial(_feedback, Vote.NOT_HELPFUL),
    HUMAN: partial(_feedback, Vote.HUMAN),
    OWNERS: AskOwners,
    **{name: partial(_another, number) for number, name in enumerate(OTHERS)},
}
"""What a button orders, made of its value."""
ACTIONS = (*_BY_VALUE, COMPARE_WITH)


def register(app: App, desk: Desk) -> None:
    """Listen to the buttons and the menu."""
    jobs, access = desk.jobs, desk.access

    for name, order_of in _BY_VALUE.items():
        app.action(name)(_button(order_of, jobs, access))

    @app.action(COMPARE_WITH)
    def compare_with(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        order = Choose(action["block_id"], action["selected_option"]["value"])
        _take(order, body, action, jobs, access, respond)
        ack()


def _button(order_of: Callable[[str], Order], jobs: Jobs, access: Access) -> Callable[..., None]:
    def pressed(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        _take(order_of(action["value"]), body, action, jobs, access, respond)
        ack()

    return pressed


def _take(
    order: Order,
    body: dict[str, Any],
    action: dict[str, Any],
    jobs: Jobs,
    access: Access,
    respond: Respond,
) -> None:
    """Hand the order over; who may not ask, and whose order cannot be stored, is told privately."""
    user = body["user"]["id"]
    refusal = access.refusal(Deed.ASK, user, team_of(body["user"]))
    if refusal is None and isinstance(order, LiveRun):
        refusal = access.refusal(Deed.CONFIRM, user)
    if refusal is not None:
        order = refusal.whisper
    channel, (ts, thread) = body["channel"]["id"], _message(body)
    place = Place(channel, thread, user, body.get("response_url"))
    try:
        jobs.submit(order, place, key="\0".join((channel, ts, user, str(action.get("action_ts")))))
    except StoreError as error:
        respond(text=f"{error} {error.hint}", response_type="ephemeral", replace_original=False)


def _message(body: dict[str, Any]) -> tuple[str, str | None]:
    """The `ts` of the message that the button is in, and its thread. A message that only one person sees
    comes without its content and has no thread of its own."""
    message = body.get("message")
    if message is None:
        shown = body["container"]
        return str(shown["message_ts"]), shown.get("thread_ts")
    return message["ts"], message.get("thread_ts") or message["ts"]
