"""Every ten minutes: new artifacts of GitHub Actions become figures of the history.

The clock hands in one order for each repo; the job's id is its slot, so that it is done once however many
processes keep the time. Nothing is said of it in Slack: what was refused is in the log, and in
`covcheck history fetch` and `covcheck doctor`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apscheduler.triggers.cron import CronTrigger

from bot.artifacts.taking import Taker
from bot.jobs.clock import Made
from bot.jobs.orders import Order, Place
from bot.jobs.parts import Part, PartOf, Parts
from bot.store.artifacts import Taking
from bot.store.changes import What

LOG = logging.getLogger("covcheck.jobs")

NAME = "artifacts"
"""Part of its jobs' ids: must stay."""

GRACE = 540.0
"""A slot that was missed is made up for until just before the next one."""


@dataclass(frozen=True, slots=True)
class FetchArtifacts(Order):
    """Take the new artifacts of a repo."""

    changes = What.FIGURES_FETCHED

    repo: str

    def about(self, store: object, job_id: str) -> str:
        """Where they come from."""
        return f"artifacts of {self.repo}"


def often() -> CronTrigger:
    """Every ten minutes."""
    return CronTrigger(minute="*/10", timezone=UTC)


def due(repo: str) -> Made:
    """What is due in a slot; it has no place in Slack."""

    def made(_: datetime) -> tuple[Order, Place]:
        return FetchArtifacts(repo), Place("")

    return made


@dataclass(frozen=True, slots=True)
class ArtifactsConfig:
    """What takes the artifacts."""

    taker: Taker

    def part(self) -> PartOf:
        """The part of the jobs that takes artifacts."""

        def build(parts: Parts) -> Part:
            return ArtifactJobs(parts, self.taker)

        return build


class ArtifactJobs:
    """Takes artifacts; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (FetchArtifacts,)

    def __init__(self, parts: Parts, taker: Taker) -> None:
        self._steps = parts.saying.steps
        self._slots = parts.slots
        self._taker = taker

    def carry_out(self, job_id: str, order: FetchArtifacts, place: Place) -> str:
        """Look once. What fails is in the log; the next slot makes up for it."""
        found = self._steps.once("take", lambda: self._taken(job_id, order.repo))
        if found["taken"]:
            return "OK"
        return "FAILED" if found["error"] else "NOTHING"

    def _taken(self, job_id: str, repo: str) -> dict[str, Any]:
        with self._slots:
            done = self._taker.take(repo)
        if done.artifacts:
            counts = {str(status): done.count(status) for status in Taking}
            said = ", ".join(f"{number} {status}" for status, number in counts.items() if number)
            LOG.info("job %s: artifacts of %s: %s", job_id, repo, said)
        return {"error": done.error, "taken": done.count(Taking.TAKEN)}
