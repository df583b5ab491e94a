"""The clock: timetables that hand in orders, each slot once however many processes keep the time.

APScheduler's triggers live in memory in every replica. When one fires, its slot (the scheduled time in
UTC) becomes the key of a durable job, and the job's id makes it once. A slot whose time passed while no
process ran is made up for within `grace` seconds after it; what could not be stored is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger

from bot.errors import StoreError
from bot.jobs.orders import Order, Place

LOG = logging.getLogger("covcheck.clock")

Submit = Callable[..., str]
"""`Jobs.submit`: (order, place, key=...) -> the job's id."""
Made = Callable[[datetime], tuple[Order, Place] | None]
"""The slot -> what is to be done then, or None for nothing."""
Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Timetable:
    trigger: BaseTrigger
    made: Made
    grace: timedelta
    made_up: bool


class Clock:
    """Hands in orders at their times; times of day are the triggers' own zones' business.

    Timetables may come, change and go while it runs. `now` tells the time.
    """

    def __init__(
        self, submit: Submit, *, grace: float = 3600.0, retry: float = 60.0, now: Now = utc_now
    ) -> None:
        self._submit = submit
        self._now = now
        self._grace = timedelta(seconds=grace)
        self._retry = timedelta(seconds=retry)
        self._scheduler = BackgroundScheduler(
            executors={"default": _SlotExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 100},
            timezone=UTC,
        )
        self._timetables: dict[str, _Timetable] = {}

    def every(
        self, name: str, trigger: BaseTrigger, made: Made, *, grace: float | None = None, made_up: bool = True
    ) -> None:
        """Add a timetable, or put one in the place of that name.

        `name` is part of its jobs' ids and must stay the same over restarts. `grace` replaces the clock's
        own, in seconds; `made_up` False: slots that were missed are handed in by somebody else (`hand_in`).
        """
        seconds = self._grace if grace is None else timedelta(seconds=grace)
        self._timetables[name] = _Timetable(trigger, made, seconds, made_up)
        if self._scheduler.running:
            self._begin(name, self._now())

    def forget(self, name: str) -> None:
        """Take a timetable away."""
        self._timetables.pop(name, None)
        with suppress(JobLookupError):
            self._scheduler.remove_job(name)

    def start(self) -> None:
        """Begin; a slot missed within the grace period is handed in now."""
        now = self._now()
        for name in list(self._timetables):
            self._begin(name, now)
        self._scheduler.start()

    def stop(self) -> None:
        """Fire no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wake(self) -> None:
        """Look at the time now: it may have been set."""
        if self._scheduler.running:
            self._scheduler.wakeup()

    def hand_in(self, name: str, slot: datetime) -> None:
        """Hand in a slot of a timetable. Raises StoreError when it cannot be stored."""
        slot = slot.astimezone(UTC)
        timetable = self._timetables.get(name)
        wanted = None if timetable is None else timetable.made(slot)
        if wanted is not None:
            self._submit(*wanted, key=f"{name}\0{slot.isoformat()}")

    def _begin(self, name: str, now: datetime) -> None:
        table = self._timetables[name]
        missed = _latest(table.trigger, now - table.grace, now) if table.made_up else None
        if missed is not None:
            self._fire(name, missed)
        due = _next(table.trigger, now)
        if due is not None:
            self._scheduler.add_job(
                self._fire, table.trigger, args=[name], id=name, next_run_time=due, replace_existing=True
            )

    def _fire(self, name: str, slot: datetime | None = None) -> None:
        slot = (slot or self._now()).astimezone(UTC)
        try:
            self.hand_in(name, slot)
        except StoreError as error:
            self._again(name, slot, error)

    def _again(self, name: str, slot: datetime, error: StoreError) -> None:
        now, timetable = self._now(), self._timetables.get(name)
        if timetable is None or now - slot > timetable.grace:
            LOG.error("%s of %s was skipped: %s", name, slot.isoformat(), error)
            return
        LOG.warning("%s of %s is tried again: %s", name, slot.isoformat(), error)
        later = DateTrigger(now + self._retry)
        self._scheduler.add_job(self._fire, later, args=[name], kwargs={"slot": slot})


def _latest(trigger: BaseTrigger, after: datetime, now: datetime) -> datetime | None:
    """The latest time of a trigger in (after, now]."""
    found: datetime | None = None
    due = _next(trigger, after)
    while due is not None and due <= now:
        found = due
        due = _next(trigger, due)
    return found


def _next(trigger: BaseTrigger, after: datetime) -> datetime | None:
    """The first time of a trigger after another."""
    due: datetime | None = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    return due if due is not None and due > after else None


class _SlotExecutor(BaseExecutor):
    """Runs a job at once, in the scheduler's thread, and tells it which time it was scheduled for."""

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        try:
            job.func(*job.args, **{"slot": run_times[-1], **job.kwargs})
        except Exception:
            LOG.exception("%s failed at its time", job.id)
        self._run_job_success(job.id, [])
