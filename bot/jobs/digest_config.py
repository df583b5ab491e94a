"""What the jobs of schedules and digests are given."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

from bot.digest.model import StaleArticle
from bot.jobs.parts import PartOf


def _nobody() -> None:
    return None


def _nowhere(repo: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class DigestsConfig:
    """`services` gives the names of a repo's services (it may raise CovcheckError: then they cannot be
    known); `changed` tells the clock of this process that a schedule was changed. `grace` is how many seconds
    after its slot a digest is still posted; `now` tells the time in seconds since the epoch.

    `stale` gives the articles that may no longer be true (None: nobody looks), `web` a repo's web address
    (empty: it has none).
    """

    services: Callable[[str], Collection[str]]
    changed: Callable[[], None] = _nobody
    grace: float = 3_600.0
    now: Callable[[], float] = time.time
    stale: Callable[[], Iterable[StaleArticle]] | None = None
    web: Callable[[str], str] = _nowhere

    def parts(self) -> tuple[PartOf, ...]:
        """The parts of the jobs that keep schedules and post digests."""
        from bot.jobs.digests import DigestJobs
        from bot.jobs.schedules import ScheduleJobs

        return partial(ScheduleJobs, self), partial(DigestJobs, self)
