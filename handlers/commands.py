"""`/covcheck`: the order is on disk before Slack is answered; help and mistakes are answered at once."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot.errors import StoreError
from bot.jobs.engine import Jobs
from bot.jobs.orders import Place
from bot.render.blocks import Post
from bot.render.notices import text_post
from handlers.access import Access, Deed, team_of
from handlers.desk import Desk
from handlers.orders import order_of
from handlers.questions import is_command, is_question

COMMAND = "/covcheck"
_ASK = (
    "Ask a question in a message that names me, or in a direct message: its answer then has a thread. "
    "`/covcheck help` names the commands."
)


def register(app: App, desk: Desk) -> None:
    """Listen to the slash command."""

    @app.command(COMMAND)
    def covcheck(ack: Ack, command: dict[str, Any]) -> None:
        post = _taken(command, desk.jobs, desk.access)
        if post is None:
            ack(response_type="in_channel")
        else:
            ack(response_type="ephemeral", text=post.text, blocks=list(post.blocks))


def _taken(command: dict[str, Any], jobs: Jobs, access: Access) -> Post | None:
    """Hand the order over; None when it was taken, else what to tell the person who asked."""
    user, channel = command["user_id"], command["channel_id"]
    refusal = access.refusal(Deed.ASK, user, team_of(command))
    if refusal is not None:
        return text_post(refusal.text)
    text = command.get("text") or ""
    if is_question(text) and not is_command(text):
        return text_post(_ASK)
    order = order_of(text, channel, access)
    if isinstance(order, Post):
        return order
    place = Place(channel, user=user, response_url=command.get("response_url"))
    key = "\0".join(str(command.get(name)) for name in ("team_id", "user_id", "channel_id", "trigger_id"))
    try:
        jobs.submit(order, place, key=key)
    except StoreError as error:
        return text_post(f"{error} {error.hint}")
    return None
