"""The Bolt app with every surface; who builds it passes in all real parts."""

from __future__ import annotations

import logging

from slack_bolt import App, BoltResponse
from slack_bolt.error import BoltError, BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.errors import SlackError
from handlers import (
    actions,
    captures,
    channel_settings,
    commands,
    forms,
    home,
    mentions,
    questions,
    requests,
    schedules,
    unfurls,
)
from handlers.desk import Desk

LOG = logging.getLogger("covcheck.slack")

SURFACES = (
    commands,
    questions,
    mentions,
    actions,
    requests,
    captures,
    channel_settings,
    schedules,
    home,
    forms,
    unfurls,
)


def build_app(*, client: WebClient, signing_secret: str, desk: Desk) -> App:
    """The app. Calls `auth.test` once; raises SlackError when the token is refused.

    `process_before_response` makes Bolt run a listener before it answers, for events too: Slack gets
    its 200 (or its Socket Mode ack) only when the order is on disk, and an error when that failed,
    upon which it sends the event again.
    """
    try:
        app = App(
            logger=LOG,
            name="covcheck",
            client=client,
            signing_secret=signing_secret,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
        )
    except BoltError as error:
        raise SlackError(
            f"Slack refused the bot token: {error}", hint="Check SLACK_BOT_TOKEN with `covcheck doctor`."
        ) from None
    for surface in SURFACES:
        surface.register(app, desk)
    app.error(_failed)
    return app


def _failed(error: Exception) -> BoltResponse:
    """Log without the request's body, which may hold what people wrote."""
    if isinstance(error, BoltUnhandledRequestError):
        LOG.info("a request of type %r is not for covcheck", error.request.body.get("type"))
        return BoltResponse(status=200, body="")
    LOG.error("a Slack request failed", exc_info=error)
    return BoltResponse(status=500, body="")
