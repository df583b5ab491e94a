"""`/covcheck`: the order is on disk before Slack is answered; help and mistakes are answered at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.errors import StoreError, UsageError
from bot.jobs.orders import Place
from bot.render.blocks import Block, Post
from bot.render.notices import text_post
from handlers import channel_settings, schedules
from handlers.access import Access, Deed, team_of
from handlers.asked import AskAudit, Asked, AskFollow, AskSchedule, AskSettings
from handlers.desk import Desk
from handlers.opening import NOT_OPENED, Opener
from handlers.orders import asked_in, order_for, why_not
from handlers.questions import is_command, is_question

COMMAND = "/covcheck"
FORMS: Mapping[type[Any], Callable[[Desk, Any, Place], Block | Post]] = {
    AskSchedule: schedules.asked_for,
    AskSettings: channel_settings.asked_for,
}
"""What is answered with a modal (or a message to one person) before Slack is answered. Each may raise
UsageError or StoreError."""
ALONE = (AskFollow, AskAudit)
"""What concerns the asker only: the channel is not shown that it was asked."""
_ASK = (
    "Ask a question in a message that names me, or in a direct message: its answer then has a thread. "
    "`/covcheck help` names the commands."
)


def register(app: App, desk: Desk) -> None:
    """Listen to the slash command."""

    opener = Opener(app.client)

    @app.command(COMMAND)
    def covcheck(ack: Ack, command: dict[str, Any]) -> None:
        asked = _asked(command, desk.access)
        form = type(asked) in FORMS
        post = asked if isinstance(asked, Post) else None
        if not isinstance(asked, Post):
            post = _opened(command, asked, desk, opener) if form else _taken(command, asked, desk)
        if post is not None:
            ack(response_type="ephemeral", text=post.text, blocks=list(post.blocks))
        elif form or isinstance(asked, ALONE):
            ack()
        else:
            ack(response_type="in_channel")


def _asked(command: Mapping[str, Any], access: Access) -> Asked | Post:
    """What is asked, or what to tell the person instead."""
    refusal = access.refusal(Deed.ASK, command["user_id"], team_of(command))
    if refusal is not None:
        return text_post(refusal.text)
    text = command.get("text") or ""
    if is_question(text) and not is_command(text):
        return text_post(_ASK)
    return asked_in(text)


def _opened(command: Mapping[str, Any], asked: Asked, desk: Desk, opener: Opener) -> Post | None:
    """Open the form that is asked for, before Slack is answered; None when it is open, else what to tell."""
    try:
        shown = FORMS[type(asked)](desk, asked, _place(command))
    except (UsageError, StoreError) as error:
        return why_not(error)
    if isinstance(shown, Post):
        return shown
    return None if opener.open(command, shown) else text_post(NOT_OPENED)


def _taken(command: Mapping[str, Any], asked: Asked, desk: Desk) -> Post | None:
    """Hand the order over; None when it was taken, else what to tell the person who asked."""
    order = order_for(asked, command["channel_id"], desk.access, command["user_id"])
    if isinstance(order, Post):
        return order
    key = "\0".join(str(command.get(name)) for name in ("team_id", "user_id", "channel_id", "trigger_id"))
    try:
        desk.jobs.submit(order, _place(command), key=key)
    except StoreError as error:
        return text_post(f"{error} {error.hint}")
    return None


def _place(command: Mapping[str, Any]) -> Place:
    return Place(command["channel_id"], user=command["user_id"], response_url=command.get("response_url"))
