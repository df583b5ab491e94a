"""The buttons under an answer. They carry the answer's id only, so they work after a restart."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot.jobs.engine import Jobs
from bot.jobs.orders import Choose, Details, Order, Place
from bot.render.slack import COMPARE, COMPARE_WITH, DETAILS
from handlers.access import Access, team_of

ACTIONS = (DETAILS, COMPARE, COMPARE_WITH)


def register(app: App, jobs: Jobs, access: Access) -> None:
    """Listen to the buttons and the menu."""

    @app.action(DETAILS)
    def details(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        _take(Details(action["value"]), body, action, jobs, access)
        ack()

    @app.action(COMPARE)
    def compare(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        _take(Choose(action["value"]), body, action, jobs, access)
        ack()

    @app.action(COMPARE_WITH)
    def compare_with(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        _take(Choose(action["block_id"], action["selected_option"]["value"]), body, action, jobs, access)
        ack()


def _take(order: Order, body: dict[str, Any], action: dict[str, Any], jobs: Jobs, access: Access) -> None:
    user = body["user"]["id"]
    if not access.admits(user, team_of(body["user"])):
        return
    message, channel = body["message"], body["channel"]["id"]
    place = Place(channel, message.get("thread_ts") or message["ts"], user, body.get("response_url"))
    jobs.submit(order, place, key="\0".join((channel, message["ts"], user, str(action.get("action_ts")))))
