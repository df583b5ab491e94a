"""Threads of Slack as jobs read them to save them, and modals as jobs fill them.

People's names are known as far as Slack tells them: by mentions with a label, by profiles that come with
messages, and by users.info where the app happens to have `users:read` (the manifest does not ask for it).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.errors import SlackError
from bot.jobs.messenger import NotThere
from bot.render.blocks import Block
from handlers.mrkdwn import as_markdown
from handlers.web import called, web_client
from knowledge.prefill import MAX_MESSAGES, Said, Thread
from knowledge.strip import SOMEBODY

LOG = logging.getLogger("covcheck.slack")

MAX_PEOPLE = 20
_PAGE = 200
_MAX_TEXT = 40_000
_MENTION = re.compile(r"<@([A-Z0-9]{1,30})(?:\|([^<>\n]{1,100}))?>")
_NAMES = ("display_name", "real_name", "name")


class SlackThreads:
    """`bot.jobs.captures.Threads` for Slack. Used by jobs only: its calls may sleep on 429."""

    def __init__(self, token: str, *, base_url: str = WebClient.BASE_URL) -> None:
        self._client = web_client(token, base_url=base_url)
        self._client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=4))

    def read(self, channel: str, ts: str) -> Thread:
        """The thread that a message stands in, at most MAX_MESSAGES of it."""
        root = self.root(channel, ts)
        messages: list[Mapping[str, Any]] = []
        more = False
        for page in self._pages(channel, root):
            messages += page.get("messages") or ()
            more = bool(page.get("has_more"))
            if len(messages) >= MAX_MESSAGES:
                break
        people = _people(messages[:MAX_MESSAGES])
        names = {**_named(messages[:MAX_MESSAGES]), **dict.fromkeys(self._told(people))}
        said = tuple(_said(message) for message in messages[:MAX_MESSAGES])
        return Thread(root, said, tuple(names), more or len(messages) > MAX_MESSAGES)

    def root(self, channel: str, ts: str) -> str:
        """The first message of the thread that a message stands in."""
        page = called(lambda: self._client.conversations_replies(channel=channel, ts=ts, limit=1))
        first: Mapping[str, Any] = next(iter(page.get("messages") or ()), {})
        return str(first.get("thread_ts") or ts)

    def show(self, view_id: str, view: Block) -> bool:
        """Put another content into an open modal; False when it was closed meanwhile."""
        try:
            called(lambda: self._client.views_update(view_id=view_id, view=view))
        except SlackError as error:
            if "not_found" not in str(error):
                raise
            LOG.info("a modal was closed before it was filled")
            return False
        return True

    def _pages(self, channel: str, ts: str) -> Iterator[Mapping[str, Any]]:
        cursor: str | None = None
        while True:
            held: dict[str, Any] = {"channel": channel, "ts": ts, "limit": _PAGE, "cursor": cursor}
            page = called(lambda held=held: self._client.conversations_replies(**held))  # type: ignore[misc]
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _told(self, people: list[str]) -> Iterator[str]:
        """The names that users.info tells; none without its scope."""
        for person in people[:MAX_PEOPLE]:
            try:
                user = called(lambda person=person: self._client.users_info(user=person)).get("user") or {}  # type: ignore[misc]
            except NotThere:
                continue
            except SlackError as error:
                LOG.debug("names are not looked up: %s", error)
                return
            yield from _names_in({**(user.get("profile") or {}), "name": user.get("name")})


def _said(message: Mapping[str, Any]) -> Said:
    text = _MENTION.sub(SOMEBODY, str(message.get("text") or "")[:_MAX_TEXT])
    return Said(as_markdown(text), bot=bool(message.get("bot_id")))


def _people(messages: list[Mapping[str, Any]]) -> list[str]:
    """Who wrote and who is mentioned, each once."""
    found: dict[str, None] = {}
    for message in messages:
        if not message.get("bot_id") and message.get("user"):
            found[str(message["user"])] = None
        found.update(
            dict.fromkeys(m[1] for m in _MENTION.finditer(str(message.get("text") or "")[:_MAX_TEXT]))
        )
    return list(found)


def _named(messages: list[Mapping[str, Any]]) -> dict[str, None]:
    """The names that stand in the messages themselves."""
    found: dict[str, None] = {}
    for message in messages:
        found.update(dict.fromkeys(_names_in(message.get("user_profile") or {})))
        labels = (m[2] for m in _MENTION.finditer(str(message.get("text") or "")[:_MAX_TEXT]))
        found.update(dict.fromkeys(label.lstrip("@") for label in labels if label))
    return found


def _names_in(profile: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(profile[name]) for name in _NAMES if profile.get(name))
