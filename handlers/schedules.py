"""Schedules of digests: the form behind `/covcheck schedule`, the list, and the buttons in it.

A trigger lives for 3 seconds, so the form is opened from the store alone: no repo is read. What was filled in
is judged at once, the job judges it again. A schedule is changed as it was shown: who was slower is told so.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.errors import StoreError, UsageError
from bot.jobs.home_view import repo_among, repo_token
from bot.jobs.orders import Order, Place, Say, shown_repo
from bot.jobs.schedule_orders import DigestNow, PauseSchedule, RemoveSchedule
from bot.jobs.schedule_shown import shown_schedule
from bot.render.blocks import Block, Post
from bot.render.notices import text_post
from bot.render.slack_schedule import (
    CALLBACK,
    EDIT,
    LIST,
    NEW,
    PAUSE,
    POST_NOW,
    REMOVE,
    Shown,
    filled,
    schedule_view,
    schedules_post,
)
from bot.render.views import carried, errors
from bot.store.answers import Store
from bot.store.schedules import Schedule, SlotStatus
from handlers.access import Deed, team_of
from handlers.asked import AskSchedule
from handlers.desk import Desk
from handlers.opening import NOT_OPENED, Opener
from handlers.schedule_form import About, judged

LOG = logging.getLogger("covcheck.slack")

ACTIONS = (NEW, LIST, EDIT, PAUSE, REMOVE, POST_NOW)
DAY = 86_400.0
After = Callable[[Shown], Shown | None]
"""A schedule in the list as an order leaves it; None: it is gone."""
_HERE = "This channel"
_GONE = "This schedule is not there any more. `/covcheck schedule list` shows those there are."
_UNKNOWN_REPO = "I do not know this repo any more."
_CHANGED = (
    "Somebody changed this schedule meanwhile, or removed it. Copy what you wrote, close this, and press "
    "Edit again."
)


def asked_for(desk: Desk, asked: AskSchedule, place: Place) -> Block | Post:
    """What `/covcheck schedule` shows: the form, or the list. Raises UsageError or StoreError."""
    if asked.shown:
        return schedules_post(of_channel(desk.store, place.channel), _HERE)
    repo = desk.access.repo(place.channel, asked.repo)
    usual = desk.store.channels.settings(place.channel)
    zone = usual.zone or _usual_zone(desk.store, place)
    new = Shown(shown_repo(repo), place.channel, zone=zone)
    if usual.minimum is not None:
        new = replace(new, minimum=usual.minimum)
    return _view(desk, new, About(repo), place)


def of_channel(store: Store, channel: str) -> tuple[Shown, ...]:
    """The schedules of a channel as people see them. Raises StoreError."""
    return tuple(shown(store, schedule) for schedule in store.schedules.of_channel(channel))


def shown(store: Store, schedule: Schedule) -> Shown:
    """A schedule as people see it, with its last slot and its next. Raises StoreError."""
    last = next(iter(store.schedules.slots(schedule.id, limit=1)), None)
    return shown_schedule(schedule, time.time(), last)


def register(app: App, desk: Desk) -> None:
    """Listen to the buttons and to the form."""
    surface = _Schedules(desk, Opener(app.client))
    app.action(NEW)(surface.new)
    app.action(LIST)(surface.listed)
    app.action(EDIT)(surface.edit)
    app.action(PAUSE)(surface.pause)
    app.action(REMOVE)(surface.remove)
    app.action(POST_NOW)(surface.post_now)
    app.view(CALLBACK)(surface.submitted)


class _Schedules:
    """The listeners; each checks who asks, and opens a form or hands an order in."""

    def __init__(self, desk: Desk, opener: Opener) -> None:
        self._desk = desk
        self._opener = opener

    def new(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """`New schedule`: the form, empty but for what is usual here."""

        def view(place: Place) -> Block | Post:
            named = str(action["value"])
            return asked_for(self._desk, AskSchedule(repo=None if named == "-" else named), place)

        self._show(body, view)
        ack()

    def listed(self, ack: Ack, body: dict[str, Any]) -> None:
        """`Show schedules`: those of the channel, for one person."""
        self._show(body, lambda place: asked_for(self._desk, AskSchedule(shown=True), place))
        ack()

    def edit(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """`Edit`: the form with the schedule as it now stands."""

        def view(place: Place) -> Block | Post:
            known = self._desk.store.schedules.get(str(action["value"]))
            if known is None:
                return text_post(_GONE)
            about = About(known.repo, known.id, known.version)
            return _view(self._desk, shown(self._desk.store, known), about, place)

        self._show(body, view)
        ack()

    def pause(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """`Pause` and `Resume`."""
        schedule_id, _, deed = str(action["value"]).partition(" ")
        paused = deed != "resume"

        def now(found: Shown) -> Shown | None:
            return replace(found, paused=paused)

        self._change(body, action, schedule_id, lambda _: PauseSchedule(schedule_id, paused), now)
        ack()

    def remove(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """`Remove`, after Slack asked."""
        schedule_id = str(action["value"])
        self._change(body, action, schedule_id, lambda _: RemoveSchedule(schedule_id), lambda _: None)
        ack()

    def post_now(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """`Post now`: the digest since the last one, in the schedule's channel, beside its slots."""

        def digest(known: Schedule) -> Order:
            days = _days_since_told(self._desk.store, known)
            return DigestNow(known.repo, known.services, days, known.minimum, known.include, known.zone)

        self._change(body, action, str(action["value"]), digest, None)
        ack()

    def submitted(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The filled form: what is wrong is said at its field and nothing is lost, the rest goes to a job."""
        try:
            found = self._kept(body, view)
        except StoreError as error:
            found = {"channel": f"{error} {error.hint}"}
        if found:
            ack(**errors(found))
        else:
            ack()

    def _kept(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, str]:
        """Hand the schedule in; what stands in the way, by field. Raises StoreError."""
        held, user = carried(view), body["user"]
        refusal = self._desk.access.refusal(Deed.ASK, user["id"], team_of(user))
        if refusal is not None:
            return {"channel": refusal.text}
        try:
            repo = repo_among(str(held["repo"]), self._desk.access.named)
        except ValueError:
            return {"channel": _UNKNOWN_REPO}
        about = About(repo, str(held["id"]), int(held["version"]))
        if not self._desk.access.allows(about.repo):
            return {"channel": f"I may not read {shown_repo(about.repo)} for people in Slack any more."}
        order, found = judged(filled(view), about, known_services(self._desk.store, about.repo))
        if about.id:
            stands = self._desk.store.schedules.get(about.id)
            if stands is None or stands.version != about.version:
                found["channel"] = _CHANGED
        if not found:
            place = Place(str(held["here"]), None, user["id"], held.get("url"))
            self._desk.jobs.submit(order, place, key=str(view["id"]))
        return found

    # what the listeners share

    def _show(self, body: Mapping[str, Any], made: Callable[[Place], Block | Post]) -> None:
        """Open the form that `made` gives for a place, or tell the person what it says instead."""
        refusal = self._desk.access.refusal(Deed.ASK, body["user"]["id"], team_of(body["user"]))
        if refusal is not None:
            self._tell(body, text_post(refusal.text))
            return
        try:
            view = made(_place(body))
        except (UsageError, StoreError) as error:
            view = text_post(f"{error} {error.hint}")
        if isinstance(view, Post):
            self._tell(body, view)
        elif not self._opener.open(body, view):
            self._tell(body, text_post(NOT_OPENED))

    def _change(
        self,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        schedule_id: str,
        order_of: Callable[[Schedule], Order],
        then: After | None,
    ) -> None:
        """Hand in the order for a schedule, and show a list that only one person sees as it will be."""
        user, place = body["user"], _place(body)
        refusal = self._desk.access.refusal(Deed.ASK, user["id"], team_of(user))
        try:
            known = self._desk.store.schedules.get(schedule_id)
            if refusal is not None or known is None:
                self._tell(body, text_post(refusal.text if refusal is not None else _GONE))
                return
            order = order_of(known)
            there = replace(place, channel=known.channel) if isinstance(order, DigestNow) else place
            pressed = str(action.get("action_ts"))
            key = "\0".join((schedule_id, user["id"], pressed))
            if isinstance(order, DigestNow):  # pressed twice, or by two people, it is posted once
                key = f"{schedule_id}\0{pressed.partition('.')[0][:-1]}"
            self._desk.jobs.submit(order, there, key=key)
            alone = (body.get("container") or {}).get("is_ephemeral") and body.get("response_url")
            if then is not None and alone:
                self._refresh(body, place, schedule_id, then)
        except StoreError as error:
            self._tell(body, text_post(f"{error} {error.hint}"))

    def _refresh(self, body: Mapping[str, Any], place: Place, schedule_id: str, then: After) -> None:
        found = of_channel(self._desk.store, place.channel)
        after = [then(each) if each.id == schedule_id else each for each in found]
        post = schedules_post([each for each in after if each is not None], _HERE)
        _send(str(body["response_url"]), post, replace_original=True)

    def _tell(self, body: Mapping[str, Any], post: Post) -> None:
        """Tell the person alone; where Slack gave no address for that (App Home), in a direct message."""
        url = body.get("response_url")
        if url:
            _send(str(url), post, replace_original=False)
            return
        try:
            place = Place(body["user"]["id"], user=body["user"]["id"])
            self._desk.jobs.submit(Say(post.text, post.blocks), place, key=str(body["trigger_id"]))
        except StoreError as error:
            LOG.warning("a person was not told: %s", error)


def known_services(store: Store, repo: str) -> tuple[str, ...]:
    """The services of a repo that the store has heard of. Raises StoreError."""
    return tuple(sorted({*store.history.services(shown_repo(repo)), *store.services(repo)}))


def _view(desk: Desk, form: Shown, about: About, place: Place) -> Block:
    carried_on = {
        "repo": repo_token(about.repo),
        "id": about.id,
        "version": about.version,
        "here": place.channel,
        "url": place.response_url,
    }
    return schedule_view(form, known_services(desk.store, about.repo), carried_on)


def _usual_zone(store: Store, place: Place) -> str:
    """Where none is set for the channel: that of the person's last schedule, else of the channel's, else UTC.
    Slack would tell a person's zone only to apps that may read people."""
    mine = store.schedules.of_person(place.user) if place.user else ()
    last = (mine or store.schedules.of_channel(place.channel))[-1:]
    return last[0].zone if last else "UTC"


def _days_since_told(store: Store, schedule: Schedule) -> int:
    told = (SlotStatus.POSTED, SlotStatus.QUIET)
    last = next((slot.slot for slot in store.schedules.slots(schedule.id) if slot.status in told), None)
    return 7 if last is None else min(max(math.ceil((time.time() - last) / DAY), 1), 366)


def _place(body: Mapping[str, Any]) -> Place:
    """Where a button was pressed; in App Home that is the person's own conversation with the bot."""
    user = body["user"]["id"]
    channel = (body.get("channel") or {}).get("id") or user
    return Place(channel, None, user, body.get("response_url"))


def _send(url: str, post: Post, *, replace_original: bool) -> None:
    hook = WebhookClient(url, timeout=2, retry_handlers=[])
    try:
        hook.send(response_type="ephemeral", replace_original=replace_original, **post.payload())
    except (SlackClientError, OSError) as error:
        LOG.warning("a person was not told: %s", type(error).__name__)
