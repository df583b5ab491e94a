"""Saving a thread as an answer: a message shortcut, a button, a reaction, and the modal behind them.

A trigger lives for 3 seconds, so the modal is opened before Slack is answered and filled by a job. A reaction
has no trigger: its author alone is offered the button. Who may decide about a draft is checked here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk.errors import SlackClientError

from bot.errors import StoreError
from bot.jobs.capture_orders import DecideCapture, FillCapture, KeepCapture, OfferCapture, ReviseCapture
from bot.jobs.capture_texts import shown_texts
from bot.jobs.orders import Order, Place
from bot.render.blocks import Block
from bot.render.plain import cut
from bot.render.slack_capture import (
    CALLBACK,
    CONFIRM,
    EDIT,
    REJECT,
    capture_view,
    field_values,
    loading_view,
)
from bot.render.slack_cases import SAVE
from bot.render.views import carried, errors
from bot.store.captures import CaptureState
from handlers.access import Deed, team_of
from handlers.desk import Desk
from handlers.mrkdwn import as_markdown
from handlers.opening import NOT_OPENED, Opener
from knowledge.captured import MAX_FIELD, captured, place, problems, split_links
from knowledge.strip import stripped

LOG = logging.getLogger("covcheck.slack")

SHORTCUT = "covcheck_save_answer"
EVENTS = ("reaction_added",)
ACTIONS = (SAVE, CONFIRM, REJECT, EDIT)
_OUTDATED = "It was changed meanwhile. Look at it as it now stands, and press again."
_LOST = "Somebody changed this article meanwhile. Copy your text, close this, and press Edit again."


def register(app: App, desk: Desk) -> None:
    """Listen to the shortcut, the buttons, the modal and the reaction."""
    surface = _Captures(desk, Opener(app.client))
    app.shortcut({"type": "message_action", "callback_id": SHORTCUT})(surface.shortcut)
    app.action(SAVE)(surface.pressed)
    app.action(EDIT)(surface.edit)
    app.action(CONFIRM)(surface.confirm)
    app.action(REJECT)(surface.reject)
    app.view(CALLBACK)(surface.submitted)
    app.event("reaction_added")(surface.reacted)


class _Captures:
    """The listeners; each only checks who asks, opens a modal and hands an order in."""

    def __init__(self, desk: Desk, opener: Opener) -> None:
        self._desk = desk
        self._opener = opener

    def shortcut(self, ack: Ack, shortcut: dict[str, Any], respond: Respond) -> None:
        """`Save as answer` of a message's menu."""
        message = shortcut["message"]
        said = cut(stripped(as_markdown(str(message.get("text") or ""))[:MAX_FIELD]), MAX_FIELD)
        thread = str(message.get("thread_ts") or message["ts"])
        here = _place(shortcut, thread)
        if self._refused(shortcut, here, respond) is None:
            self._open(shortcut, here, FillCapture("", thread, None, said), respond)
        ack()

    def pressed(self, ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        """`Save as answer` under a solved case, or of an offer."""
        kind, _, value = str(action["value"]).partition(" ")
        thread = value if kind == "thread" else _thread(body)
        here = _place(body, thread)
        if self._refused(body, here, respond) is None:
            case_id = value if kind == "case" else None
            self._open(body, here, FillCapture("", thread, case_id), respond)
        ack()

    def edit(self, ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        """`Edit` of a draft or an article: the modal with its texts."""
        here, (capture_id, version) = _place(body, _thread(body)), _version(action)
        if self._refused(body, here, respond, reviews=True) is None:
            try:
                view = self._edit_view(capture_id, version)
            except StoreError as error:
                self._say(f"{error} {error.hint}", respond)
            else:
                if isinstance(view, str):
                    self._say(view, respond)
                else:
                    self._opened(body, view, respond)
        ack()

    def confirm(self, ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        """`Confirm` of a draft."""
        self._decided(body, action, CaptureState.CONFIRMED, respond)
        ack()

    def reject(self, ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        """`Reject` of a draft, `Withdraw` of an article."""
        self._decided(body, action, CaptureState.REJECTED, respond)
        ack()

    def reacted(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """The reaction that offers to save a thread. A failure to store is raised, so that Slack retries."""
        item, user = event.get("item") or {}, event.get("user")
        wanted = event.get("reaction") == self._desk.reaction and item.get("type") == "message"
        if not wanted or not user or not self._desk.access.admits(user, team_of(event)):
            return
        key = "\0".join((str(item["channel"]), str(item["ts"]), user))
        there = Place(str(item["channel"]), str(item["ts"]), user)
        self._desk.jobs.submit(OfferCapture(str(item["ts"])), there, key=key)

    def submitted(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The filled modal: what is wrong is said at its field, the rest goes to a job."""
        texts = field_values(view)
        found = problems(texts) or self._not_allowed(body, view)
        if not found:
            found = self._handed_in(body, view, texts)
        if found:
            ack(**errors(found))
        else:
            ack()

    def _not_allowed(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, str]:
        """Why this person may not submit it, at the first field."""
        user, held = body["user"], carried(view)
        refusal = self._desk.access.refusal(Deed.ASK, user["id"], team_of(user))
        if refusal is None and "capture" in held:
            refusal = self._desk.access.refusal(Deed.REVIEW, user["id"])
        if refusal is not None:
            return {"title": "Only reviewers may change this article." if refusal.people else refusal.text}
        if "capture" not in held:
            return {}
        try:
            known = self._desk.store.captures.get(str(held["capture"]))
        except StoreError as error:
            return {"title": f"{error} {error.hint}"}
        return {} if known is not None and known.version == held["version"] else {"title": _LOST}

    def _handed_in(
        self, body: Mapping[str, Any], view: Mapping[str, Any], texts: Mapping[str, str]
    ) -> dict[str, str]:
        held = carried(view)
        clean = {name: cut(stripped(text.strip()), MAX_FIELD) for name, text in texts.items()}
        written = {name: clean[name] for name in ("title", "question", "cause", "fix")}
        links = tuple(link for link in split_links(clean["links"]) if _still_a_link(link))
        order: Order
        if "capture" in held:
            order = ReviseCapture(str(held["capture"]), int(held["version"]), **written, links=links)
        else:
            order = KeepCapture(**written, links=links, case_id=held.get("case"))
        there = Place(str(held["channel"]), str(held["thread"]), body["user"]["id"])
        try:
            self._desk.jobs.submit(order, there, key=str(view["id"]))
        except StoreError as error:
            return {"title": f"{error} {error.hint}"}
        return {}

    # what the listeners share

    def _refused(
        self, body: Mapping[str, Any], here: Place, respond: Respond, *, reviews: bool = False
    ) -> Order | None:
        """Tell a person who may not do this so, privately; None when they may."""
        access, user = self._desk.access, body["user"]["id"]
        refusal = access.refusal(Deed.ASK, user, team_of(body["user"]))
        if refusal is None and reviews:
            refusal = access.refusal(Deed.REVIEW, user)
        if refusal is None:
            return None
        self._hand_in(refusal.whisper, here, body, respond)
        return refusal.whisper

    def _decided(
        self, body: dict[str, Any], action: dict[str, Any], verdict: CaptureState, respond: Respond
    ) -> None:
        here, (capture_id, version) = _place(body, _thread(body)), _version(action)
        if self._refused(body, here, respond, reviews=True) is None:
            self._hand_in(DecideCapture(capture_id, version, verdict.value), here, body, respond)

    def _hand_in(self, order: Order, here: Place, body: Mapping[str, Any], respond: Respond) -> None:
        try:
            self._desk.jobs.submit(order, here, key=str(body["trigger_id"]))
        except StoreError as error:
            self._say(f"{error} {error.hint}", respond)

    def _edit_view(self, capture_id: str, version: int) -> Block | str:
        """The modal with an article's texts, or why there is none."""
        known = self._desk.store.captures.get(capture_id)
        if known is None or known.state == CaptureState.REJECTED or known.version != version:
            return _OUTDATED
        article = {"capture": known.id, "version": known.version}
        where = {"channel": known.channel, "thread": known.thread}
        return capture_view(shown_texts(captured(known.fields)), {**article, **where})

    def _open(self, body: Mapping[str, Any], here: Place, order: FillCapture, respond: Respond) -> None:
        """Open the modal now, and let a job fill it."""
        view_id = self._opened(body, loading_view(), respond)
        if view_id is not None:
            filled = FillCapture(view_id, order.thread, order.case_id, order.said)
            self._hand_in(filled, here, body, respond)

    def _opened(self, body: Mapping[str, Any], view: Block, respond: Respond) -> str | None:
        view_id = self._opener.open(body, view)
        if view_id is None:
            self._say(NOT_OPENED, respond)
        return view_id

    def _say(self, text: str, respond: Respond) -> None:
        try:
            respond(text=text, response_type="ephemeral", replace_original=False)
        except (SlackClientError, OSError) as error:
            LOG.warning("a person was not told: %s", type(error).__name__)


def _place(body: Mapping[str, Any], thread: str) -> Place:
    return Place(body["channel"]["id"], thread, body["user"]["id"], body.get("response_url"))


def _thread(body: Mapping[str, Any]) -> str:
    """The thread of the message that a button is in."""
    message = body.get("message") or {}
    shown = body.get("container") or {}
    found = message.get("thread_ts") or message.get("ts") or shown.get("thread_ts") or shown.get("message_ts")
    return str(found)


def _version(action: Mapping[str, Any]) -> tuple[str, int]:
    capture_id, _, version = str(action["value"]).partition(" ")
    return capture_id, int(version)


def _still_a_link(link: str) -> bool:
    """Whether a link is one after what is private was taken out of it."""
    return (link.startswith(("https://", "http://")) and "[" not in link) or place(link) is not None
