"""The nightly thinning of the history: old figures are forgotten as [history] says.

The clock hands it in once a night; the job's id is the night, so that it is done once however many processes
keep the time. Nothing is said of it in Slack.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from apscheduler.triggers.cron import CronTrigger

from bot.errors import StoreError
from bot.history.thinning import Retention
from bot.jobs.orders import Order, Place
from bot.jobs.parts import Part, PartOf, Parts
from bot.store.changes import What

LOG = logging.getLogger("covcheck.jobs")

NAME = "thin-history"
"""Part of its jobs' ids: must stay."""

GRACE = 86_400.0
"""A bot that did not run in the night makes up for it when it starts."""


@dataclass(frozen=True, slots=True)
class ThinHistory(Order):
    """Forget the figures that may go at a time (seconds since the epoch)."""

    changes = What.FIGURES_THINNED

    at: float


def nightly() -> CronTrigger:
    """Each night at 03:20 UTC."""
    return CronTrigger(hour=3, minute=20, timezone="UTC")


def due(slot: datetime) -> tuple[Order, Place]:
    """What is due in a slot; it has no place in Slack."""
    return ThinHistory(slot.timestamp()), Place("")


@dataclass(frozen=True, slots=True)
class ThinningConfig:
    """What is kept."""

    keep: Retention

    def part(self) -> PartOf:
        """The part of the jobs that thins the history."""

        def build(parts: Parts) -> Part:
            return ThinningJobs(parts, self.keep)

        return build


class ThinningJobs:
    """Thins the history; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (ThinHistory,)

    def __init__(self, parts: Parts, keep: Retention) -> None:
        self._steps = parts.saying.steps
        self._history = parts.store.history
        self._keep = keep

    def carry_out(self, job_id: str, order: ThinHistory, place: Place) -> str:
        """Thin once; a store that fails is told to the log, and the next night makes up for it."""
        gone = self._steps.once("thin", lambda: self._thinned(job_id, order.at))
        if gone is None:
            return "FAILED"
        return f"{gone} FORGOTTEN" if gone else "NOTHING"

    def _thinned(self, job_id: str, at: float) -> int | None:
        try:
            gone = self._history.thin(at, self._keep)
        except StoreError as error:
            LOG.error("job %s: the history was not thinned: %s", job_id, error)
            return None
        LOG.info("job %s: %d figures were forgotten", job_id, gone)
        return gone
