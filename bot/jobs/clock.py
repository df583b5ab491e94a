"""The clock: timetables that hand in orders, each slot once however many processes keep the time.

APScheduler's triggers live in memory in every replica. When one fires, its slot (the scheduled time in
UTC) becomes the key of a durable job, and the job's id makes it once. A slot whose time passed while no
process ran is made up for within `grace` seconds after it; what could not be stored is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor
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


class Clock:
    """Hands in orders at their times; times of day are the triggers' own zones' business."""

    def __init__(self, submit: Submit, *, grace: float = 3600.0, retry: float = 60.0) -> None:
        self._submit = submit
        self._grace = timedelta(seconds=grace)
        self._retry = timedelta(seconds=retry)
        self._scheduler = BackgroundScheduler(
            executors={"default": _SlotExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 100},
            timezone=UTC,
        )
        self._made: dict[str, tuple[BaseTrigger, Made, timedelta]] = {}

    def every(self, name: str, trigger: BaseTrigger, made: Made, *, grace: float | None = None) -> None:
        """Add a timetable; `name` is part of its jobs' ids and must stay the same over restarts. `grace`
        replaces the clock's own, in seconds."""
        self._made[name] = (trigger, made, self._grace if grace is None else timedelta(seconds=grace))

    def start(self) -> None:
        """Begin; a slot missed within the grace period is handed in now."""
        now = datetime.now(UTC)
        for name, (trigger, _, grace) in self._made.items():
            missed = _latest(trigger, now - grace, now)
            if missed is not None:
                self._fire(name, missed)
            due = _next(trigger, now)
            if due is not None:
                self._scheduler.add_job(self._fire, trigger, args=[name], id=name, next_run_time=due)
        self._scheduler.start()

    def stop(self) -> None:
        """Fire no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _fire(self, name: str, slot: datetime | None = None) -> None:
        slot = (slot or datetime.now(UTC)).astimezone(UTC)
        wanted = self._made[name][1](slot)
        if wanted is None:
            return
        try:
            self._submit(*wanted, key=f"{name}\0{slot.isoformat()}")
        except StoreError as error:
            self._again(name, slot, error)

    def _again(self, name: str, slot: datetime, error: StoreError) -> None:
        now = datetime.now(UTC)
        if now - slot > self._made[name][2]:
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
