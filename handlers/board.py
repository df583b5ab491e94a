"""Home tabs in Slack, as jobs publish them, and as a listener does when no job can be stored."""

from __future__ import annotations

import logging

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.errors import SlackError
from bot.render.blocks import Block
from handlers.web import called, web_client

LOG = logging.getLogger("covcheck.slack")


class SlackBoard:
    """`bot.jobs.home.Board` for Slack; with `waits` its calls may sleep on 429, which only jobs may."""

    def __init__(
        self, token: str, *, base_url: str = WebClient.BASE_URL, timeout: int = 10, waits: bool = True
    ) -> None:
        self._client = web_client(token, base_url=base_url, timeout=timeout)
        if waits:
            self._client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=4))
        self._workspace: str | None = None

    def publish(self, person: str, view: Block) -> None:
        """Show a person's tab."""
        called(lambda: self._client.views_publish(user_id=person, view=view))

    def link(self, channel: str, ts: str) -> str | None:
        """A message's permalink, made here: asking Slack for each would take a call a line."""
        if self._workspace is None:
            try:
                self._workspace = str(called(self._client.auth_test).get("url") or "")
            except SlackError as error:
                LOG.info("links to messages are left out: %s", error)
                return None
        if not self._workspace or channel[:1] not in ("C", "D", "G"):
            return None
        return f"{self._workspace.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
