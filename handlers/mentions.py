"""`@covcheck datastorage` in a channel, and direct messages: the same words, answered in the thread.

Slack sends an event again when it was not acknowledged, and sometimes when it was. The event's id
makes the job's id, so every copy is the same job; nothing is dropped for being a retry.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.errors import StoreError, UsageError
from bot.jobs.engine import Jobs
from bot.jobs.orders import Order, Place
from bot.render.blocks import Post
from bot.render.notices import text_post
from handlers.access import Access, Deed, team_of
from handlers.desk import Desk
from handlers.orders import order_of, said, why_not
from handlers.questions import question_in
from handlers.requests import request_in

LOG = logging.getLogger("covcheck.slack")

EVENTS = ("app_mention", "message.im")

_AGAIN = "Slack hands it in again within some minutes; when I do not answer by then, ask again."
_SUBTYPES = (None, "file_share")
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>")


def register(app: App, desk: Desk) -> None:
    """Listen to mentions and direct messages. A failure to store is raised, so that Slack retries."""

    @app.event("app_mention")
    def mentioned(
        event: dict[str, Any], body: dict[str, Any], request: BoltRequest, client: WebClient
    ) -> None:
        if not event.get("channel", "").startswith("D"):
            _take_or_say(event, body, desk, request, client)

    @app.event("message")
    def messaged(
        event: dict[str, Any], body: dict[str, Any], request: BoltRequest, client: WebClient
    ) -> None:
        if event.get("channel_type") == "im":
            _take_or_say(event, body, desk, request, client)


def _take_or_say(
    event: dict[str, Any], body: dict[str, Any], desk: Desk, request: BoltRequest, client: WebClient
) -> None:
    """Take it; where it cannot be stored, who wrote it is told at the first of Slack's tries."""
    try:
        _take(event, body, desk.jobs, desk.access)
    except StoreError as error:
        if not request.headers.get("x-slack-retry-num"):
            _tell(client, event, error)
        raise


def _tell(client: WebClient, event: dict[str, Any], error: StoreError) -> None:
    """Tell only the person who wrote the event."""
    post = text_post(f"{error} {_AGAIN}")
    thread = event.get("thread_ts")
    try:
        client.chat_postEphemeral(
            channel=event["channel"], user=event["user"], thread_ts=thread, **post.payload()
        )
    except (SlackClientError, OSError) as failed:
        LOG.warning("who asked could not be told that nothing was stored: %s", type(failed).__name__)


def _take(event: dict[str, Any], body: dict[str, Any], jobs: Jobs, access: Access) -> None:
    user = event.get("user")
    if event.get("bot_id") or event.get("subtype") not in _SUBTYPES or not user:
        return
    channel = event["channel"]
    refusal = access.refusal(Deed.ASK, user, team_of(event))
    order: Order | Post
    if refusal is None:
        order = _order(event, _MENTION.sub(" ", event.get("text") or "", count=1), access)
    else:
        order = text_post(refusal.text) if channel.startswith("D") else refusal.whisper
    place = Place(channel, thread=event.get("thread_ts") or event["ts"], user=user)
    jobs.submit(said(order) if isinstance(order, Post) else order, place, key=str(body["event_id"]))


def _order(event: dict[str, Any], text: str, access: Access) -> Order | Post:
    """A help request is answered as a whole, a question from the knowledge base; everything else is read
    word by word."""
    try:
        found = request_in(event, text, access)
    except UsageError as error:
        return why_not(error)
    asked = found or question_in(event, text, access)
    return asked or order_of(text, event["channel"], access, event.get("user"))
