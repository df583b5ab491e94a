"""Keeps, pauses and removes schedules, and says so in their channels.

It is said first: where the bot may not post, nothing is kept. Of two changes of the same schedule the first
counts, and the other person is told.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from functools import partial
from typing import Any

from bot.errors import CovcheckError, StoreError
from bot.jobs.digest_config import DigestsConfig
from bot.jobs.messenger import NotThere
from bot.jobs.orders import Order, Place, shown_repo
from bot.jobs.parts import Parts
from bot.jobs.saying import attempt
from bot.jobs.schedule_check import faults, tidy, unknown_services
from bot.jobs.schedule_orders import KeepSchedule, PauseSchedule, RemoveSchedule
from bot.jobs.schedule_texts import cannot_post, kept_post, moved_away_post, paused_post, removed_post
from bot.render.blocks import Post
from bot.render.notices import text_post
from bot.render.plain import brief
from bot.store.schedules import Schedule, schedule_of

LOG = logging.getLogger("covcheck.jobs")

MOST = 20
"""So many schedules a channel can have."""
NOTHING = "NOTHING"
"""The status of a job that changed nothing."""
_GONE = "This schedule was removed meanwhile."
_CHANGED = "Somebody changed this schedule meanwhile. Nothing was kept: look at it again, then change it."
_TWICE = "This change was not kept: somebody else changed the schedule at the same moment."
_OUTCOMES = 5_000


class ScheduleJobs:
    """Keeps schedules; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (KeepSchedule, PauseSchedule, RemoveSchedule)

    def __init__(self, config: DigestsConfig, parts: Parts) -> None:
        self._config = config
        self._saying = parts.saying
        self._store = parts.store
        self._slots = parts.slots

    def carry_out(
        self, job_id: str, order: KeepSchedule | PauseSchedule | RemoveSchedule, place: Place
    ) -> str:
        """Do it and say so in the schedule's channel, or tell who asked why not."""
        match order:
            case KeepSchedule():
                return self._keep(job_id, order, place)
            case PauseSchedule():
                return self._pause(job_id, order, place)
            case RemoveSchedule():
                return self._remove(job_id, order, place)

    def _keep(self, job_id: str, order: KeepSchedule, place: Place) -> str:
        order = tidy(order)
        found = self._saying.steps.once("judge", lambda: self._judged(order))
        if found["wrong"]:
            return self._told(job_id, place, text_post(" ".join(found["wrong"])))
        known = None if found["known"] is None else schedule_of(found["known"])
        new = self._made(job_id, order, place, known, found["now"])
        said = kept_post(new, new=known is None, now=found["now"], remarks=found["remarks"])
        status = self._changed(job_id, new, said, place)
        if status == "OK" and known is not None and known.channel != new.channel:
            away = partial(self._saying.messenger.post, Place(known.channel), job_id, "away")
            post = moved_away_post(known, place.user)
            self._saying.steps.once("away", lambda: attempt(away, post))
        return status

    def _judged(self, order: KeepSchedule) -> dict[str, Any]:
        """What is wrong with it, what to remark, and the schedule that it changes. Runs inside a step."""
        wrong = list(faults(order).values())
        known = self._store.schedules.get(order.id) if order.id else None
        if order.id and known is None:
            wrong = [_GONE]
        elif known is not None and known.version != order.version:
            wrong = [_CHANGED]
        elif known is None and len(self._store.schedules.of_channel(order.channel)) >= MOST:
            wrong.append(f"This channel has {MOST} schedules, which is as many as there can be.")
        unknown: tuple[str, ...] = ()
        if order.services and not wrong:
            seen, sure = self._seen(order.repo)
            strange, unknown = unknown_services(order.services, seen, sure=sure)
            wrong += strange
        remarks = (
            [f"Never seen so far: {', '.join(brief(name, 60) for name in unknown[:5])}"] if unknown else []
        )
        kept = None if known is None else asdict(known)
        return {"wrong": wrong, "remarks": remarks, "known": kept, "now": self._config.now()}

    def _seen(self, repo: str) -> tuple[set[str], bool]:
        """The services of a repo that were ever seen, and whether those are all: its files were read."""
        name = shown_repo(repo).lower()
        seen = set(self._store.history.services(name))
        runs = self._store.outcomes(self._config.now() + 1.0, _OUTCOMES)
        seen |= {run.service for run in runs if shown_repo(run.repo).lower() == name}
        try:
            with self._slots:
                return seen | set(self._config.services(repo)), True
        except StoreError:
            raise
        except CovcheckError as error:
            LOG.info("the services of a repo are not known: %s", error)
            return seen, False

    def _made(
        self, job_id: str, order: KeepSchedule, place: Place, known: Schedule | None, now: float
    ) -> Schedule:
        return Schedule(
            id=job_id if known is None else known.id,
            channel=order.channel,
            repo=order.repo,
            services=order.services,
            weekdays=order.weekdays,
            at=order.at,
            zone=order.zone,
            minimum=float(order.minimum),
            include=order.include,
            created_by=place.user if known is None else known.created_by,
            created_at=now if known is None else known.created_at,
            changed_by=place.user,
            changed_at=now,
            paused=known is not None and known.paused,
            version=1 if known is None else known.version + 1,
            changed_in=job_id,
        )

    def _pause(self, job_id: str, order: PauseSchedule, place: Place) -> str:
        known, now = self._known(order.id)
        if known is None:
            return self._told(job_id, place, text_post(_GONE))
        if known.paused == order.paused:
            state = "paused already" if order.paused else "not paused"
            return self._told(job_id, place, text_post(f"This schedule is {state}."))
        new = known.switched(order.paused, by=place.user, at=now, job_id=job_id)
        said = paused_post(new, place.user, now)
        return self._changed(job_id, new, said, place, heard=not order.paused)

    def _remove(self, job_id: str, order: RemoveSchedule, place: Place) -> str:
        """A schedule can be removed also where its channel is gone: then only who asked is told."""
        known, _ = self._known(order.id)
        if known is None:
            return self._told(job_id, place, text_post(_GONE))
        self._saying.steps.once("remove", lambda: self._store.schedules.remove(known.id) is not None)
        self._config.changed()
        said = removed_post(known, place.user)
        try:
            self._saying.reply(job_id, "schedule", Place(known.channel), said)
        except NotThere:
            self._told(job_id, place, said)
        return "OK"

    def _changed(self, job_id: str, new: Schedule, said: Post, place: Place, *, heard: bool = True) -> str:
        """Say it in the channel, then put it in the place of the version before; the first change wins.

        `heard` False: it counts also where the channel cannot be posted in.
        """
        steps, ts = self._saying.steps, None
        try:
            ts = self._saying.reply(job_id, "schedule", Place(new.channel), said)
        except NotThere as error:
            if heard:
                return self._told(job_id, place, cannot_post(new.channel, str(error)))
            self._told(job_id, place, said)
        if not steps.once("keep", lambda: self._kept(job_id, new)):
            if ts is not None:
                edit = partial(self._saying.messenger.edit, Place(new.channel), ts, job_id, "schedule")
                steps.once("withdraw", lambda: attempt(edit, text_post(_TWICE)))
            return self._told(job_id, place, text_post(_CHANGED))
        self._config.changed()
        return "OK"

    def _kept(self, job_id: str, new: Schedule) -> bool:
        standing = self._store.schedules.put(new)
        return standing is not None and standing.changed_in == job_id

    def _known(self, schedule_id: str) -> tuple[Schedule | None, float]:
        def look() -> tuple[dict[str, Any] | None, float]:
            known = self._store.schedules.get(schedule_id)
            return None if known is None else asdict(known), self._config.now()

        found, now = self._saying.steps.once("look", look)
        return None if found is None else schedule_of(found), now

    def _told(self, job_id: str, place: Place, post: Post) -> str:
        """Tell who asked, where they are if that can be, else in a direct message; gives NOTHING."""

        messenger, person = self._saying.messenger, place.user

        def direct(person: str) -> None:
            messenger.post(Place(messenger.room(person)), job_id, "told", post)

        def tell() -> bool:
            here = place.response_url or place.channel
            if here and attempt(messenger.whisper, place, post):
                return True
            return person is not None and attempt(direct, person)

        if not self._saying.steps.once("told", tell):
            LOG.warning("job %s: who asked could not be told: %s", job_id, post.text)
        return NOTHING
