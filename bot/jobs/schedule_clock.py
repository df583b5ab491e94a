"""The clock follows the schedules that the store keeps, in every replica.

APScheduler fires each schedule's slots; beside it every few seconds the store is asked what changed, and
whether a slot went by that no job is known for: after a start, a pause of the machine, a clock that was set,
or a database that was away. A slot is always the same job, so it does no harm that several replicas and both
ways hand it in. Whether it is still in time is for the job to say.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from bot.errors import StoreError, UsageError
from bot.jobs.clock import Clock, Made, Now, utc_now
from bot.jobs.orders import Order, Place
from bot.jobs.schedule_orders import PostDigest
from bot.jobs.schedule_times import slots_between, times_of
from bot.store.schedules import Schedule, Schedules

LOG = logging.getLogger("covcheck.clock")

NAME = "digest"
"""Part of the jobs' ids: must stay."""
_REMEMBERED = 10_000


class ScheduleClock:
    """Starts and stops the clock, and keeps it to the stored schedules.

    `changed` is set by whoever changes one in this process, so that it is followed at once; `poll` in
    seconds. `grace` is how long after a slot a store that fails is tried again.
    """

    def __init__(
        self,
        clock: Clock,
        schedules: Schedules,
        changed: threading.Event,
        *,
        poll: float = 20.0,
        grace: float = 3600.0,
        now: Now = utc_now,
    ) -> None:
        self._clock = clock
        self._schedules = schedules
        self._changed = changed
        self._poll = poll
        self._grace = grace
        self._now = now
        self._up = now().timestamp()
        self._followed: dict[str, int] = {}
        self._handed_in: dict[tuple[str, float], None] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedules", daemon=True)

    def start(self) -> None:
        """Begin; what the store does not give now is asked for again."""
        self._up = self._now().timestamp()
        self._clock.start()
        self._thread.start()

    def stop(self) -> None:
        """Fire no more."""
        self._ended.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join(10.0)
        self._clock.stop()

    def look(self) -> None:
        """Take in what changed, and hand in what went by. Raises StoreError."""
        kept = {schedule.id: schedule for schedule in self._schedules.all() if not schedule.paused}
        for gone in self._followed.keys() - kept.keys():
            self._clock.forget(_name(gone))
            del self._followed[gone]
        for schedule in kept.values():
            if self._followed.get(schedule.id) != schedule.version:
                self._follow(schedule)
        dealt_with = self._schedules.latest_slots()
        for schedule in kept.values():
            if schedule.id in self._followed:
                self._catch_up(schedule, dealt_with.get(schedule.id, 0.0))

    def _run(self) -> None:
        while not self._ended.is_set():
            self._changed.clear()
            try:
                self.look()
            except StoreError as error:
                LOG.warning("the schedules could not be read, they are asked for again: %s", error)
            except Exception:
                LOG.exception("the schedules could not be followed")
            self._clock.wake()
            self._changed.wait(self._poll)

    def _follow(self, schedule: Schedule) -> None:
        try:
            trigger = times_of(schedule)
        except (UsageError, ValueError) as error:
            LOG.error("schedule %s cannot be followed: %s", schedule.id, error)
            return
        self._clock.every(_name(schedule.id), trigger, self._made(schedule), grace=self._grace, made_up=False)
        self._followed[schedule.id] = schedule.version

    def _made(self, schedule: Schedule) -> Made:
        def made(slot: datetime) -> tuple[Order, Place]:
            at = self._now().timestamp()
            return PostDigest(schedule.id, slot.timestamp(), at, self._up), Place(schedule.channel)

        return made

    def _catch_up(self, schedule: Schedule, dealt_with: float) -> None:
        """Hand in the latest slot that went by since the schedule stands so; its job knows of others."""
        since, now = max(schedule.changed_at, dealt_with), self._now().timestamp()
        gone_by = slots_between(schedule, since, now)
        if not gone_by or (schedule.id, gone_by[-1]) in self._handed_in:
            return
        self._clock.hand_in(_name(schedule.id), datetime.fromtimestamp(gone_by[-1], UTC))
        self._handed_in[schedule.id, gone_by[-1]] = None
        if len(self._handed_in) > _REMEMBERED:
            del self._handed_in[next(iter(self._handed_in))]


def _name(schedule_id: str) -> str:
    return f"{NAME} {schedule_id}"
