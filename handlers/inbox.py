"""What people put into Slack for a help request: an uploaded file's bytes, a thread's first message.

The bot's token goes only to Slack's own hosts: the one of the Web API and `files.` before it. A redirect is
never followed. At most MAX_BYTES are read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.errors import SlackError, UsageError
from bot.jobs.messenger import NotThere, TryAgain
from bot.jobs.request_source import MAX_BYTES, Asked, file_refusal
from handlers.mrkdwn import as_markdown
from handlers.web import called, web_client

SCOPES = ("files:read", "channels:history", "groups:history", "im:history", "mpim:history")
DEADLINE_SECONDS = 30.0
_SCOPE = "Whoever runs covcheck can add the scope `files:read` to the Slack app and install it again."
_PASTE = "Paste the text, or upload it as a Markdown file."


class SlackInbox:
    """`bot.jobs.request_source.Inbox` for Slack. Used by jobs only: its calls may sleep on 429."""

    def __init__(self, token: str, *, base_url: str = WebClient.BASE_URL) -> None:
        self._token = token
        self._client = web_client(token, base_url=base_url)
        self._client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=4))
        self._api = urlsplit(base_url)

    def file(self, file_id: str) -> bytes:
        """The content of an uploaded text file. Raises UsageError when it is none, too large, or not Slack's
        to give; TryAgain and SlackError when Slack fails."""
        info = self._info(file_id)
        refused = file_refusal(info)
        if refused:
            raise UsageError(refused, hint=_PASTE)
        return self._downloaded(str(info.get("url_private_download") or info.get("url_private") or ""))

    def first_message(self, channel: str, ts: str) -> Asked:
        """The message that a thread hangs on. Raises UsageError when it is the bot's or is gone."""
        page = called(lambda: self._client.conversations_replies(channel=channel, ts=ts, limit=1))
        root: Mapping[str, Any] = next(iter(page.get("messages") or ()), {})
        if root.get("ts") != ts:
            raise UsageError("The first message of this thread is gone.", hint=_PASTE)
        if root.get("bot_id"):
            raise UsageError("A program wrote the first message of this thread, so I do not answer it.")
        return asked_in(root)

    def _info(self, file_id: str) -> Mapping[str, Any]:
        """What Slack says of a file."""
        try:
            return called(lambda: self._client.files_info(file=file_id)).get("file") or {}
        except (TryAgain, NotThere):
            raise
        except SlackError as error:
            raise SlackError(str(error), hint=_SCOPE if "missing_scope" in str(error) else _PASTE) from None

    def _downloaded(self, url: str) -> bytes:
        if not self._is_slacks(url):
            raise UsageError("This file does not lie with Slack, so I do not fetch it.", hint=_PASTE)
        try:
            with (
                httpx.Client(timeout=10.0, follow_redirects=False) as client,
                client.stream("GET", url, headers={"Authorization": f"Bearer {self._token}"}) as reply,
            ):
                return _content(reply)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TryAgain(f"Slack did not give the file: {type(error).__name__}.") from None

    def _is_slacks(self, url: str) -> bool:
        """Whether an address lies at the Web API's host, or at `files.` before that host over https."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        if "@" in parts.netloc or not url.isprintable():
            return False
        if (parts.scheme, parts.hostname, port) == (self._api.scheme, self._api.hostname, self._api.port):
            return True
        files = f"files.{self._api.hostname}"
        return (parts.scheme, parts.hostname) == ("https", files) and port in (None, 443)


def asked_in(message: Mapping[str, Any]) -> Asked:
    """The words of a message as Markdown and the first text file in it; a file that is none is said so."""
    files = [file for file in message.get("files") or () if isinstance(file, Mapping)]
    good = next((str(file["id"]) for file in files if file.get("id") and not file_refusal(file)), None)
    refused = file_refusal(files[0]) if files and good is None else ""
    return Asked(as_markdown(str(message.get("text") or "")), good, refused)


def _content(reply: httpx.Response) -> bytes:
    """The body, as far as it is a file's and not too large."""
    if reply.status_code >= 500 or reply.status_code == 429:
        raise TryAgain(f"Slack did not give the file: {reply.status_code}.")
    if reply.status_code != 200 or "text/html" in reply.headers.get("content-type", ""):
        raise SlackError(f"Slack did not give the file ({reply.status_code}).", hint=_SCOPE)
    held, end = bytearray(), time.monotonic() + DEADLINE_SECONDS
    for piece in reply.iter_bytes():
        held += piece
        if len(held) > MAX_BYTES:
            raise UsageError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", hint=_PASTE)
        if time.monotonic() > end:
            raise TryAgain("Slack did not give the file in time.")
    return bytes(held)
