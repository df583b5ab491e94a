"""Cards under links to GitHub: the event is an order before Slack is answered; the button checks.

Off by default. In channels that are shared with another company nothing is shown, nor under what programs
wrote, nor while somebody still writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.errors import SlackError, StoreError
from bot.jobs.messenger import TryAgain
from bot.jobs.orders import Check, Order, Place, Whisper
from bot.jobs.unfurls import ShowCards
from bot.render.blocks import Block
from bot.render.slack_unfurl import CHECK
from bot.repo.links import MAX_LINK, parse_place
from handlers.access import Access, Deed, team_of
from handlers.desk import Desk
from handlers.fields import Wrong, service_of
from handlers.web import called, web_client

EVENTS = ("link_shared",)
SCOPES = ("links:read", "links:write")
ACTIONS = (CHECK,)
MAX_LINKS = 5
_BY_PEOPLE = (None, "file_share", "me_message", "thread_broadcast")


def register(app: App, desk: Desk) -> None:
    """Listen to links and to the button of a card. A failure to store is raised, so that Slack retries."""

    @app.event("link_shared")
    def shared(event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        _take(event, body, desk, context.bot_user_id)

    @app.action(CHECK)
    def check(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        _check(body, str(action["value"]), str(action.get("action_ts")), desk, respond)
        ack()


def _take(event: Mapping[str, Any], body: Mapping[str, Any], desk: Desk, bot_user: str | None) -> None:
    """Hand the links in that a card may be shown under; everything else is left."""
    user, ts, channel = event.get("user"), str(event.get("message_ts") or ""), str(event.get("channel") or "")
    if event.get("source", "conversations_history") != "conversations_history" or "." not in ts:
        return
    if not user or event.get("bot_id") or user == bot_user or body.get("is_ext_shared_channel"):
        return
    if not event.get("is_bot_user_member", True) or not desk.access.admits(user, team_of(event)):
        return
    links = tuple(_links(event.get("links") or (), desk.access))
    if not links or not _is_on(desk, channel):
        return
    place = Place(channel, event.get("thread_ts"), user)
    desk.jobs.submit(ShowCards(links, ts), place, key=str(body["event_id"]))


def _links(links: Sequence[Mapping[str, Any]], access: Access) -> list[str]:
    """The first links to places in repos that people may ask about, each once."""
    found = []
    for url in dict.fromkeys(str(link.get("url") or "") for link in links[: 4 * MAX_LINKS]):
        place = parse_place(url, access.github) if len(url) <= MAX_LINK else None
        if place is not None and access.allows(place.repo):
            found.append(url)
    return found[:MAX_LINKS]


def _is_on(desk: Desk, channel: str) -> bool:
    own = desk.access.own(channel).unfurl
    return desk.access.unfurl if own is None else own


def _check(body: Mapping[str, Any], value: str, stamp: str, desk: Desk, respond: Respond) -> None:
    """`Check` of a card: in the thread of the message that has the link."""
    user, shown = body["user"], body.get("container") or {}
    key, _, ref = value.partition("\n")
    order: Order
    refusal = desk.access.refusal(Deed.ASK, user["id"], team_of(user))
    try:
        repo, service = service_of(key, desk.access)
        order = Check(repo, service, ref or None) if refusal is None else refusal.whisper
    except Wrong as wrong:
        order = Whisper(str(wrong))
    ts = str(shown.get("message_ts") or "")
    place = Place(body["channel"]["id"], shown.get("thread_ts") or ts, user["id"], body.get("response_url"))
    try:
        desk.jobs.submit(order, place, key="\0".join((place.channel, ts, user["id"], stamp)))
    except StoreError as error:
        respond(text=f"{error} {error.hint}", response_type="ephemeral", replace_original=False)


class SlackUnfurls:
    """`bot.jobs.unfurls.Unfurls` for Slack. Used by jobs only: its calls may sleep on 429."""

    def __init__(self, token: str, *, base_url: str = WebClient.BASE_URL) -> None:
        self._client = web_client(token, base_url=base_url)
        self._client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=4))

    def by_person(self, channel: str, ts: str, thread: str | None) -> bool:
        """Whether a person wrote a message, and no program; False also where it cannot be read."""
        bounds: dict[str, Any] = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
        if thread is not None and thread != ts:
            read = partial(self._client.conversations_replies, ts=thread, limit=2, **bounds)
        else:
            read = partial(self._client.conversations_history, limit=1, **bounds)
        try:
            page = called(read)
        except TryAgain:
            raise
        except SlackError:
            return False
        message = next((m for m in page.get("messages") or () if m.get("ts") == ts), None)
        if message is None or message.get("subtype") not in _BY_PEOPLE:
            return False
        return not any(message.get(name) for name in ("bot_id", "bot_profile", "app_id"))

    def show(self, channel: str, ts: str, cards: Mapping[str, Sequence[Block]]) -> None:
        """Put a card under each link of a message; doing it twice does no harm."""
        unfurls = {url: {"blocks": list(blocks)} for url, blocks in cards.items()}
        called(lambda: self._client.chat_unfurl(channel=channel, ts=ts, unfurls=unfurls))
