"""Slack's Web API for jobs: posts once, edits, attaches, and waits when Slack says so.

chat.postMessage has no idempotency key, so a lost reply and a second call would post twice. Before
the first try the store notes that a message will be posted; a second try looks for it in Slack, by
the metadata every message of ours carries, and posts only when it is not there. Only 429 is tried
again inside a call (Slack did nothing then); everything else goes through that check.
"""

from __future__ import annotations

import http.client
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.errors import SlackError, TokenRefused
from bot.jobs.messenger import NotThere, TryAgain
from bot.jobs.orders import PERSON, Place
from bot.render.blocks import Post, Span, pack, paragraph
from bot.render.plain import cut
from bot.render.slack import Snippet
from bot.store.answers import Store

LOG = logging.getLogger("covcheck.slack")

EVENT_TYPE = "covcheck_job"
SCOPES = (
    *("chat:write", "files:write", "im:write"),
    *("channels:history", "groups:history", "im:history", "mpim:history"),
)
"""What the calls below need; the manifest adds what its command and events need."""

_NOT_THERE = frozenset(
    {
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "is_archived",
        "message_not_found",
        "messages_tab_disabled",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "thread_not_found",
        "user_not_found",
    }
)
_TOKEN = frozenset(
    {
        "account_inactive",
        "app_uninstalled",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_revoked",
        "token_expired",
        "token_revoked",
    }
)
_TRY_AGAIN = frozenset(
    {"fatal_error", "internal_error", "rate_limited", "ratelimited", "request_timeout", "service_unavailable"}
)
NETWORK = (SlackClientError, OSError, http.client.HTTPException, json.JSONDecodeError)
"""What a call raises when no answer of Slack came."""
_INVITE = "Invite me with `/invite @covcheck`, or ask me in a direct message."
_PAGES = 3
MAX_ALT = 1_000


def web_client(token: str, *, base_url: str = WebClient.BASE_URL, timeout: int = 10) -> WebClient:
    """A client that retries nothing by itself: what may be tried again is decided here."""
    return WebClient(token, base_url=_folder(base_url), timeout=timeout, retry_handlers=[])


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


class SlackMessenger:
    """`bot.jobs.messenger.Messenger` for Slack. Used by jobs only: its calls may sleep on 429."""

    def __init__(
        self, token: str, store: Store, *, base_url: str = WebClient.BASE_URL, edit_seconds: float = 1.2
    ) -> None:
        self._store = store
        self._client = web_client(token, base_url=base_url)
        self._client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=4))
        self._quick = web_client(token, base_url=base_url, timeout=3)
        self._pace = Pace(edit_seconds)
        self._rooms: dict[str, str] = {}

    def post(self, place: Place, job_id: str, key: str, post: Post) -> str:
        """Post once for (job_id, key); gives the message's `ts`."""
        first, ts = self._store.intend(job_id, key)
        if ts is None and not first:
            ts = self._found(place, lambda message: _is_ours(message, job_id, key))
        if ts is None:
            arguments = {"channel": place.channel, "thread_ts": place.thread, **_content(post, job_id, key)}
            posted = called(lambda: self._client.chat_postMessage(**arguments))
            ts = str(posted["ts"])
            if PERSON.fullmatch(place.channel):
                self._rooms[place.channel] = str(posted.get("channel") or place.channel)
            self._pace.edited(place.channel)
        self._store.posted(job_id, key, ts)
        return ts

    def find(self, place: Place, job_id: str, key: str) -> str | None:
        """The `ts` of the message that was posted for (job_id, key), as the store or Slack knows it."""
        first, ts = self._store.intend(job_id, key)
        if first or ts is not None:
            return ts
        return self._found(place, lambda message: _is_ours(message, job_id, key))

    def edit(self, place: Place, ts: str, job_id: str, key: str, post: Post) -> None:
        """Replace a message."""
        arguments = {"channel": self._at(place), "ts": ts, **_content(post, job_id, key)}
        called(lambda: self._client.chat_update(**arguments))

    def progress(self, place: Place, ts: str, job_id: str, key: str, post: Post) -> None:
        """Edit when the channel may be edited again; a failure is dropped, a 429 is kept to."""
        if not self._pace.may_edit(place.channel):
            return
        try:
            self._quick.chat_update(channel=self._at(place), ts=ts, **_content(post, job_id, key))
        except SlackApiError as error:
            self._pace.rest(place.channel, retry_after(error))
        except NETWORK as error:
            LOG.debug("progress was not shown: %s", type(error).__name__)

    def attach(self, place: Place, job_id: str, key: str, snippet: Snippet) -> None:
        """Upload a file into the thread once; a second try looks for its name there first."""
        first, ts = self._store.intend(job_id, key)
        if ts is None and not first:
            ts = self._found(place, lambda message: _has_file(message, snippet.name))
        if ts is None:
            content = _content_of(snippet)
            upload = self._client.files_upload_v2
            called(
                lambda: upload(
                    channel=self._at(place),
                    thread_ts=place.thread,
                    filename=snippet.name,
                    title=snippet.title,
                    alt_txt=snippet.alt_text and cut(snippet.alt_text, MAX_ALT),
                    **content,
                )
            )
        self._store.posted(job_id, key, ts or "file")

    def whisper(self, place: Place, post: Post) -> None:
        """Tell only the asker: by the address that came with the request, else by an ephemeral post."""
        if place.response_url is not None:
            hook = WebhookClient(place.response_url, timeout=10, retry_handlers=[])
            arguments: dict[str, Any] = {**post.payload(), "replace_original": False}
            reply = _network(lambda: hook.send(response_type="ephemeral", **arguments))
            if reply.status_code != 200:
                raise SlackError(f"Slack refused a private reply: {reply.status_code}.")
        elif place.user is not None:
            self._alone(place, place.user, post)

    def _alone(self, place: Place, person: str, post: Post) -> None:
        """Tell one person: in their direct message with the bot as it is, in a channel by an ephemeral post,
        and where the bot cannot post, in the direct message with a word on where it is about."""
        direct = place.channel.startswith("D") or PERSON.fullmatch(place.channel) is not None
        arguments: dict[str, Any] = {"channel": place.channel, "thread_ts": place.thread}
        if direct:
            called(lambda: self._client.chat_postMessage(**arguments, **post.payload()))
            return
        try:
            called(lambda: self._client.chat_postEphemeral(**arguments, user=person, **post.payload()))
        except NotThere:
            where = paragraph(Span("It is about "), Span(place.channel, person=place.channel))
            told = Post(post.text, pack("", [*post.blocks, where])[0].blocks)
            called(lambda: self._client.chat_postMessage(channel=person, **told.payload()))

    def _at(self, place: Place) -> str:
        """Where a message that stands is found: only to post, a person's id is enough."""
        return self._rooms.get(place.channel, place.channel)

    def room(self, person: str) -> str:
        """The id of the direct message with a person; asked of Slack once a process."""
        known = self._rooms.get(person)
        if known is None:
            opened = called(lambda: self._client.conversations_open(users=person))
            known = str((opened.get("channel") or {}).get("id") or person)
            self._rooms[person] = known
        return known

    def link(self, place: Place, ts: str) -> str | None:
        """The message's permalink; None when Slack does not give it."""
        try:
            given = called(lambda: self._client.chat_getPermalink(channel=self._at(place), message_ts=ts))
        except SlackError as error:
            LOG.info("no permalink: %s", error)
            return None
        link = given.get("permalink")
        return str(link) if link else None

    def _found(self, place: Place, wanted: Callable[[Mapping[str, Any]], bool]) -> str | None:
        try:
            return next((str(m["ts"]) for m in self._recent(place) if wanted(m)), None)
        except (TryAgain, NotThere, TokenRefused):
            raise
        except SlackError as error:
            LOG.warning("cannot look for an earlier post, a message may stand twice: %s", error)
            return None

    def _recent(self, place: Place) -> Iterator[Mapping[str, Any]]:
        """The thread's replies, or the newest messages of the channel."""
        cursor: str | None = None
        for _ in range(_PAGES):
            arguments: dict[str, Any] = {
                "channel": self._at(place),
                "include_all_metadata": True,
                "limit": 200,
                "cursor": cursor,
            }
            if place.thread is not None:
                look = partial(self._client.conversations_replies, ts=place.thread, **arguments)
            else:
                look = partial(self._client.conversations_history, **arguments)
            page = called(look)
            yield from page.get("messages", ())
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return


class Pace:
    """When a channel's progress may be shown again; Slack takes about one message a second there."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def may_edit(self, channel: str) -> bool:
        """Whether an edit may go out now; saying yes uses the turn up."""
        now = time.monotonic()
        with self._lock:
            if now < self._next.get(channel, 0.0):
                return False
            self._next = {name: due for name, due in self._next.items() if due > now}
            self._next[channel] = now + self._seconds
            return True

    def edited(self, channel: str) -> None:
        """Something was posted there just now."""
        self.rest(channel, self._seconds)

    def rest(self, channel: str, seconds: float) -> None:
        """Leave the channel alone for so long."""
        with self._lock:
            due = time.monotonic() + max(seconds, self._seconds)
            self._next[channel] = max(due, self._next.get(channel, 0.0))


def _content(post: Post, job_id: str, key: str) -> dict[str, Any]:
    """The message, nothing of it unfurled or linked by Slack, marked as this job's."""
    return {
        **post.payload(),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"job": job_id, "part": key}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _is_ours(message: Mapping[str, Any], job_id: str, key: str) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return (
        metadata.get("event_type") == EVENT_TYPE
        and payload.get("job") == job_id
        and payload.get("part") == key
    )


def _content_of(snippet: Snippet) -> dict[str, Any]:
    """What is uploaded: text as a snippet, else the bytes of the file. Raises SlackError when it is gone."""
    if snippet.path is None:
        kind = {".md": "markdown", ".jsonl": "text"}.get(Path(snippet.name).suffix, "diff")
        return {"content": snippet.content, "snippet_type": kind}
    try:
        return {"file": Path(snippet.path).read_bytes()}
    except OSError:
        raise SlackError("the file is no longer on the machine that covcheck runs on.") from None


def _has_file(message: Mapping[str, Any], name: str) -> bool:
    return any(file.get("name") == name for file in message.get("files") or ())


def called(call: Callable[[], Any]) -> Mapping[str, Any]:
    """Make a Web API call; Slack's errors become ours."""
    response = _network(call)
    data: Mapping[str, Any] = response.data
    return data


def _network(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except SlackApiError as error:
        raise _translated(error) from None
    except NETWORK as error:
        raise TryAgain(f"Slack could not be reached: {type(error).__name__}.") from error


def _translated(error: SlackApiError) -> SlackError:
    response = error.response
    code = str(response.get("error") or "unknown") if hasattr(response, "get") else "unknown"
    status = getattr(response, "status_code", 0)
    if code in _TRY_AGAIN or status >= 500 or status == 429:
        return TryAgain(f"Slack is busy: {code}.")
    if code in _TOKEN:
        return TokenRefused(
            f"Slack refuses the bot token ({code}).",
            hint="Whoever runs covcheck must install the Slack app again, set SLACK_BOT_TOKEN and restart.",
        )
    if code in _NOT_THERE:
        return NotThere(f"I cannot post in this channel ({code}).", hint=_INVITE)
    return SlackError(f"Slack refused a call: {code}.")


def retry_after(error: SlackApiError) -> float:
    """How many seconds Slack asks to wait; 0 where it does not."""
    headers = getattr(error.response, "headers", {}) or {}
    value = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    return float(value) if value.isdigit() else 0.0
