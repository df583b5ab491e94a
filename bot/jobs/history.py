"""The nightly thinning: what is old is forgotten, as [history] and [store] say.

The clock hands it in once a night; the job's id is the night, so that it is done once however many processes
keep the time. Nothing is said of it in Slack.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from apscheduler.triggers.cron import CronTrigger

from bot.errors import StoreError
from bot.history.thinning import DAY, Retention
from bot.jobs.finished import forget_finished, under_way
from bot.jobs.orders import Order, Place
from bot.jobs.parts import Part, PartOf, Parts
from bot.jobs.run_files import KEPT_DAYS, forget_old
from bot.store.changes import What

LOG = logging.getLogger("covcheck.jobs")

NAME = "thin-history"
"""Part of its jobs' ids: must stay."""

GRACE = 86_400.0
"""A bot that did not run in the night makes up for it when it starts."""


@dataclass(frozen=True, slots=True)
class ThinHistory(Order):
    """Forget what may go at a time (seconds since the epoch)."""

    changes = What.RECORDS_FORGOTTEN

    at: float

    def about(self, store: object, job_id: str) -> str:
        """What is forgotten."""
        return "figures, answers, runs and what else is older than the settings keep"


def nightly() -> CronTrigger:
    """Each night at 03:20 UTC."""
    return CronTrigger(hour=3, minute=20, timezone="UTC")


def due(slot: datetime) -> tuple[Order, Place]:
    """What is due in a slot; it has no place in Slack."""
    return ThinHistory(slot.timestamp()), Place("")


@dataclass(frozen=True, slots=True)
class ThinningConfig:
    """What is kept: of figures; for how many days of everything else that has an age; and the folders on this
    machine that hold a folder for each job (`KEPT_DAYS` days)."""

    keep: Retention
    days: float = 180.0
    folders: tuple[Path, ...] = ()

    def part(self) -> PartOf:
        """The part of the jobs that forgets what is old."""

        def build(parts: Parts) -> Part:
            return ThinningJobs(parts, self)

        return build


class ThinningJobs:
    """Forgets what is old; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (ThinHistory,)

    def __init__(self, parts: Parts, config: ThinningConfig) -> None:
        self._steps = parts.saying.steps
        self._store = parts.store
        self._config = config

    def carry_out(self, job_id: str, order: ThinHistory, place: Place) -> str:
        """Forget once; what fails is told to the log, and the next night makes up for it. Gives NOTHING when
        nothing was old enough."""
        before = order.at - self._config.days * DAY
        acts: tuple[tuple[str, str, Callable[[], int]], ...] = (
            ("thin", "figures", lambda: self._store.history.thin(order.at, self._config.keep)),
            ("old", "other rows", lambda: self._store.old.forget(before, under_way()).all),
            ("jobs", "finished jobs", lambda: forget_finished(before)),
            ("files", "folders looked through", lambda: self._files(order.at)),
        )
        done = [self._steps.once(name, partial(_tried, job_id, what, act)) for name, what, act in acts]
        if None in done:
            return "FAILED"
        return "OK" if any(done) else "NOTHING"

    def _files(self, now: float) -> int:
        for folder in self._config.folders:
            forget_old(folder, now, KEPT_DAYS)
        return 0


def _tried(job_id: str, what: str, act: Callable[[], int]) -> int | None:
    """How many were forgotten; None when that failed."""
    try:
        number = act()
    except StoreError as error:
        LOG.error("job %s: old %s were not forgotten: %s", job_id, what, error)
        return None
    LOG.info("job %s: %d %s", job_id, number, what)
    return number
