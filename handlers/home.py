"""The Home tab: shown when it is opened, and the buttons in it.

What a button asks for is answered in the direct message with the bot, which Slack calls Messages. The tab
itself is published by jobs; only when none can be stored is a sentence that says so published here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.error import BoltError

from bot.errors import SlackError, StoreError
from bot.jobs.engine import job_id_of
from bot.jobs.home import LATER, STORE_DOWN
from bot.jobs.home_orders import Follow, ShowHome
from bot.jobs.home_view import Rights
from bot.jobs.orders import Check, Live, Order, Place
from bot.render.plain import brief
from bot.render.slack_home import (
    ANSWER,
    ASK,
    CHECK,
    COMPARE,
    FOLLOW,
    HELP,
    LIVE,
    NEW_CHECK,
    SAVE,
    UNFOLLOW,
    told_home,
)
from handlers.access import Access, Deed, team_of
from handlers.board import SlackBoard
from handlers.desk import Desk
from handlers.fields import Wrong, service_of
from handlers.forms import Forms
from handlers.opening import Opener

LOG = logging.getLogger("covcheck.slack")

_NOT_CONFIRMED = (
    "Live runs are confirmed by others than you: ask for one in a channel where they are, "
    "`/covcheck live SERVICE`."
)
EVENTS = ("app_home_opened",)
ACTIONS = (CHECK, LIVE, COMPARE, FOLLOW, UNFOLLOW, NEW_CHECK, ANSWER, ASK, SAVE, HELP)


def register(app: App, desk: Desk) -> None:
    """Listen to the tab being opened and to its buttons. What cannot be stored is told on the tab."""
    client = app.client
    board = SlackBoard(str(client.token), base_url=client.base_url, timeout=2, waits=False)
    home = _Home(desk, Forms(desk, Opener(client)), board)
    app.event("app_home_opened")(home.opened)
    for action, order_of in {CHECK: _check, LIVE: home.live, FOLLOW: _follow, UNFOLLOW: _unfollow}.items():
        app.action(action)(home.ordered(order_of))
    forms = home.forms
    for action, form in {
        NEW_CHECK: forms.check,
        ANSWER: forms.answer,
        ASK: forms.ask,
        SAVE: forms.save,
        HELP: forms.help,
    }.items():
        app.action(action)(home.form(form))
    app.action(COMPARE)(home.compare)


def rights(access: Access, *, live: bool) -> Callable[[str], Rights]:
    """What a person may do, for the jobs that publish tabs; `live`: there is a cluster."""

    def of(person: str) -> Rights:
        refusal = access.refusal(Deed.ASK, person)
        unsure = access.refusal(Deed.CONFIRM, person) if live else None
        return Rights(
            reads=access.allows,
            live=live and unsure is None,
            live_note="" if unsure is None else _NOT_CONFIRMED if unsure.people else unsure.text,
            refused=refusal.text if refusal is not None else "",
        )

    return of


class _Home:
    """The listeners; each checks who it is, and hands an order in or opens a form."""

    def __init__(self, desk: Desk, forms: Forms, board: SlackBoard) -> None:
        self._desk = desk
        self._board = board
        self.forms = forms

    def opened(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """The tab is looked at. A failure to store is told there and raised, so that Slack tries again."""
        person = event.get("user")
        if not person or event.get("tab", "home") != "home":
            return
        refusal = self._desk.access.refusal(Deed.ASK, person, team_of(event) or team_of(body))
        order = ShowHome(person, time.time(), refused=refusal.text if refusal else "", opened=not refusal)
        self._show(order, str(body["event_id"]))

    def ordered(self, order_of: Callable[[str, str, str], tuple[Order, str]]) -> Callable[..., None]:
        """What a button of a service orders, with what is said on the tab meanwhile."""

        def pressed(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
            person, key = body["user"]["id"], str(body["trigger_id"])
            if not self._refused(body):
                try:
                    order, note = order_of(*service_of(str(action["value"]), self._desk.access), person)
                except Wrong as wrong:
                    self._note(person, str(wrong), key)
                else:
                    self._hand_in(order, note, person, key)
            ack()

        return pressed

    def form(self, form: Callable[[str], Any]) -> Callable[..., None]:
        """A form that a button opens."""

        def pressed(ack: Ack, body: dict[str, Any]) -> None:
            self._open(body, form)
            ack()

        return pressed

    def compare(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """`Compare` of a service."""
        self._open(body, lambda _: self.forms.compare(str(action["value"])))
        ack()

    def live(self, repo: str, service: str, person: str) -> tuple[Order, str]:
        """A plan of a live run, for who may confirm it: in a direct message nobody else could."""
        refusal = self._desk.access.refusal(Deed.CONFIRM, person)
        if refusal is not None:
            raise Wrong(service=refusal.text.rstrip(":"))
        return Live(repo, service), f"Planning a run of {_name(service)}: the plan comes in Messages."

    # what the listeners share

    def _open(self, body: Mapping[str, Any], form: Callable[[str], Any]) -> None:
        if not self._refused(body):
            said = self.forms.opened(body, form)
            if said:
                self._note(body["user"]["id"], said, str(body["trigger_id"]))

    def _refused(self, body: Mapping[str, Any]) -> bool:
        """Whether the person may not ask (any more); the tab then says so."""
        person = body["user"]["id"]
        refusal = self._desk.access.refusal(Deed.ASK, person, team_of(body["user"]))
        if refusal is None:
            return False
        self._show(ShowHome(person, time.time(), refused=refusal.text), str(body["trigger_id"]))
        return True

    def _hand_in(self, order: Order, note: str, person: str, key: str) -> None:
        alone = isinstance(order, Follow)
        if note:
            self._note(person, note, key)
        try:
            self._desk.jobs.submit(order, Place("" if alone else person, user=person), key=key)
        except StoreError:
            self._down(ShowHome(person, time.time()), key)

    def _note(self, person: str, note: str, key: str) -> None:
        """Say something on top of the tab until it is shown the next time."""
        try:
            self._show(ShowHome(person, time.time(), note), key)
        except StoreError:
            LOG.warning("a note on a home tab could not be stored")

    def _show(self, order: ShowHome, key: str) -> None:
        try:
            self._desk.jobs.submit(order, Place("", user=order.person), key=key)
        except StoreError:
            self._down(order, key)
            raise

    def _down(self, order: ShowHome, key: str) -> None:
        """Say on the tab that nothing can be stored or read now."""
        try:
            self._board.publish(order.person, told_home(STORE_DOWN, LATER, job_id_of(order, key)))
        except (SlackError, BoltError) as error:
            LOG.warning("a home tab could not say that the store is down: %s", error)


def _check(repo: str, service: str, person: str) -> tuple[Order, str]:
    return Check(repo, service), f"Checking {_name(service)}: the answer comes in Messages."


def _follow(repo: str, service: str, person: str) -> tuple[Order, str]:
    return Follow(repo, service, True, time.time()), ""


def _unfollow(repo: str, service: str, person: str) -> tuple[Order, str]:
    return Follow(repo, service, False, time.time()), ""


def _name(service: str) -> str:
    return brief(service, 80)
