"""Jobs of home tabs: publish one, follow and unfollow, and show again what a finished job changed.

A tab is made of the store as it is when its job runs. After every job that concerns people whose tab is open,
a job for each of them publishes it anew; of several that wait for one person the first does the work of all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import StoreError, StoreUnavailable
from bot.jobs.home_orders import Follow, ShowHome
from bot.jobs.home_view import Rights, gather_home
from bot.jobs.orders import (
    Check,
    Live,
    LiveAgain,
    LiveCancel,
    LiveOf,
    LiveRun,
    Order,
    Place,
    shown_repo,
)
from bot.jobs.parts import PartOf, Parts
from bot.jobs.question_orders import AskQuestion
from bot.jobs.request_orders import AnswerRequest
from bot.jobs.saying import attempt
from bot.jobs.schedule_orders import KeepSchedule, PauseSchedule, PostDigest, RemoveSchedule
from bot.render.blocks import Block
from bot.render.notices import text_post
from bot.render.plain import brief
from bot.render.slack_home import home_view, told_home
from bot.store.following import MOST_FOLLOWED, About, about

LOG = logging.getLogger("covcheck.jobs")

OPEN_SECONDS = 86_400.0
"""A tab that was opened within this time is kept up to date; an older one is when it is opened again."""
MOST = 50
"""So many people's tabs are shown again after one job."""
STORE_DOWN = "I cannot read what belongs here: my database does not answer."
BROKEN = "Something went wrong on our side; this is a fault of covcheck."
LATER = "Nothing is lost. Open this tab again in a minute; if it stays, tell whoever runs covcheck."
_CONCERN = (
    *(Check, Live, LiveOf, LiveRun, LiveCancel, LiveAgain, AnswerRequest, AskQuestion),
    *(KeepSchedule, PauseSchedule, RemoveSchedule, PostDigest),
)


class Board(Protocol):
    """Where home tabs hang. `handlers.board` implements it for Slack."""

    def publish(self, person: str, view: Block) -> None:
        """Show a person's tab. May raise TryAgain or SlackError."""
        ...

    def link(self, channel: str, ts: str) -> str | None:
        """The address of a message for people; None when it cannot be told."""
        ...


@dataclass(frozen=True, slots=True)
class HomeConfig:
    """What tabs need: where they hang, and what a person may do."""

    board: Board
    rights: Callable[[str], Rights]

    def part(self) -> PartOf:
        """The part that carries out the orders of home tabs."""
        return lambda parts: HomeJobs(parts, self)


class HomeJobs:
    """Carries out the orders of home tabs; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (ShowHome, Follow)

    def __init__(self, parts: Parts, config: HomeConfig) -> None:
        self._saying = parts.saying
        self._steps = parts.saying.steps
        self._store = parts.store
        self._config = config

    def carry_out(self, job_id: str, order: Any, place: Place) -> str:
        """Do what was ordered and give the status that is kept."""
        match order:
            case ShowHome():
                return self._shown(job_id, order)
            case Follow():
                return self._followed(job_id, order, place)
        raise TypeError(f"{type(order).__name__} is no order of home tabs")

    # showing

    def _shown(self, job_id: str, order: ShowHome) -> str:
        """A tab that cannot be shown is told to the log only: nobody waits for it in a channel."""
        told: list[str] = []
        try:
            return self._steps.patiently("publish", lambda: self._publish(job_id, order, told))
        except Exception as error:
            LOG.warning("job %s: the home tab of %s was not shown: %s", job_id, order.person, error)
            return "FAILED"

    def _publish(self, job_id: str, order: ShowHome, told: list[str]) -> str:
        """Publish it as it now is; that the database does not answer is said there once, and waited out."""
        board, rights = self._config.board, self._config.rights(order.person)
        refused = order.refused or rights.refused
        if refused:
            board.publish(order.person, told_home(refused))
            return "REFUSED"
        now = time.time()
        try:
            view = self._view(order, rights, now)
        except StoreError as error:
            if not told:
                board.publish(order.person, told_home(STORE_DOWN, LATER, job_id))
                told.append(str(error))
            if isinstance(error, StoreUnavailable):
                raise
            LOG.error("job %s: a home tab could not be gathered: %s", job_id, error)
            return "FAILED"
        except Exception:
            LOG.exception("job %s: a home tab could not be gathered", job_id)
            board.publish(order.person, told_home(BROKEN, LATER, job_id))
            return "FAILED"
        if view is None:
            return "NEWER"
        board.publish(order.person, view)
        attempt(self._store.following.show, order.person, now)
        return "OK"

    def _view(self, order: ShowHome, rights: Rights, now: float) -> Block | None:
        """The tab as it is now; None when one that is newer than the order stands there already."""
        following = self._store.following
        if order.opened:
            following.opened(order.person, now)
        if following.shown(order.person) > order.at:
            return None
        shown = gather_home(self._store, order.person, now, rights, self._config.board.link, order.note)
        return None if following.shown(order.person) > now else home_view(shown)

    # following

    def _followed(self, job_id: str, order: Follow, place: Place) -> str:
        """Follow or unfollow: a command is answered to the person alone, a press on the tab."""
        changed, said = self._steps.once("follow", lambda: self._follow(order, place.user or ""))
        if place.channel:
            self._saying.whispered(place, text_post(said))
        elif not changed:
            self._shown(job_id, ShowHome(place.user or "", time.time(), said))
        return "OK" if changed else "NOTHING"

    def _follow(self, order: Follow, person: str) -> tuple[bool, str]:
        """Whether something changed, and what is said of it."""
        what, following = about(order.repo, order.service), self._store.following
        name = f"{brief(order.service, 80)} in {brief(shown_repo(order.repo), 80)}"
        try:
            known = what in following.of(person)
            if not order.on:
                gone = following.unfollow(person, what)
                return gone, f"You no longer follow {name}." if gone else f"You do not follow {name}."
            if known:
                return False, f"You follow {name} already: it stands on my Home tab."
            if not following.follow(person, what, order.at):
                return False, f"You follow {MOST_FOLLOWED} services; unfollow one first."
        except StoreUnavailable:
            raise
        except StoreError as error:
            return False, f"{error} {error.hint} Nothing was changed.".replace("  ", " ")
        return True, f"You follow {name}: its path and its coverage stand on my Home tab."

    # what follows a job

    def concerns(self, order: Order) -> bool:
        """Whether something on home tabs may change with an order."""
        return isinstance(order, (*_CONCERN, Follow))

    def after(self, job_id: str, order: Order, place: Place, status: str) -> Sequence[tuple[Order, Place]]:
        """Show the open tabs of whom a job concerns."""
        if status == "NOTHING":
            return ()
        now = time.time()
        people = self._concerned(job_id, order, place)
        shown = self._store.following.open_homes(people, now - OPEN_SECONDS)
        return tuple((ShowHome(person, now), Place("", user=person)) for person in shown[:MOST])

    def _concerned(self, job_id: str, order: Order, place: Place) -> set[str]:
        people = {place.user} if place.user else set()
        what = self._about(job_id, order)
        if what is not None:
            people |= set(self._store.following.followers(what))
            people |= set(self._store.cases.people_of(what.repo, what.service, job_id))
        if isinstance(order, PauseSchedule | PostDigest | KeepSchedule):
            schedule = self._store.schedules.get(
                order.schedule_id if isinstance(order, PostDigest) else order.id
            )
            people |= {schedule.created_by} if schedule is not None and schedule.created_by else set()
        return people

    def _about(self, job_id: str, order: Order) -> About | None:
        """The service whose path or figure a job may have changed."""
        if not isinstance(order, Check | LiveRun):
            return None
        look = self._store.looks.by_job(job_id)
        return None if look is None else look.about
