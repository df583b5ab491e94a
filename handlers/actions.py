"""The buttons under an answer. They carry the answer's id only, so they work after a restart."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.errors import StoreError
from bot.jobs.engine import Jobs
from bot.jobs.orders import Choose, Details, Order, Place, Whisper
from bot.render.slack import COMPARE, COMPARE_WITH, DETAILS
from handlers.access import REFUSED, Access, team_of

ACTIONS = (DETAILS, COMPARE, COMPARE_WITH)


def register(app: App, jobs: Jobs, access: Access) -> None:
    """Listen to the buttons and the menu."""

    @app.action(DETAILS)
    def details(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        _take(Details(action["value"]), body, action, jobs, access, respond)
        ack()

    @app.action(COMPARE)
    def compare(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        _take(Choose(action["value"]), body, action, jobs, access, respond)
        ack()

    @app.action(COMPARE_WITH)
    def compare_with(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        order = Choose(action["block_id"], action["selected_option"]["value"])
        _take(order, body, action, jobs, access, respond)
        ack()


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
    if not access.admits(user, team_of(body["user"])):
        order = Whisper(REFUSED)
    message, channel = body["message"], body["channel"]["id"]
    place = Place(channel, message.get("thread_ts") or message["ts"], user, body.get("response_url"))
    try:
        jobs.submit(order, place, key="\0".join((channel, message["ts"], user, str(action.get("action_ts")))))
    except StoreError as error:
        respond(text=f"{error} {error.hint}", response_type="ephemeral", replace_original=False)
