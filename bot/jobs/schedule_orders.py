"""Orders about digests: schedules kept, paused and removed, slots that are due, digests asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.jobs.orders import Order, shown_repo
from bot.store.changes import What
from bot.store.schedules import INCLUDE

if TYPE_CHECKING:
    from bot.store.answers import Store

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class KeepSchedule(Order):
    """Set up a schedule, or change the one of `id` as it stood in `version` (0 and empty: a new one).

    The fields are those of `bot.store.schedules.Schedule`, as somebody filled them in: they are judged again
    when the job is carried out. The place's user is whoever made the change, the place's channel where to
    tell that person what was wrong.
    """

    changes = What.SCHEDULE_KEPT

    channel: str
    repo: str
    services: tuple[str, ...]
    weekdays: tuple[int, ...]
    at: str
    zone: str
    minimum: float = 0.5
    include: tuple[str, ...] = INCLUDE
    id: str = ""
    version: int = 0

    def about(self, store: Store, job_id: str) -> str:
        """The schedule."""
        days = " ".join(_DAYS[day] for day in self.weekdays if 0 <= day < len(_DAYS))
        return f"{shown_repo(self.repo)} in {self.channel}: {days} {self.at} {self.zone}"


@dataclass(frozen=True, slots=True)
class PauseSchedule(Order):
    """Post nothing from a schedule until it is taken up again (`paused` False)."""

    changes = What.SCHEDULE_PAUSED

    id: str
    paused: bool

    def changed(self, status: str) -> What | None:
        """Paused, or taken up again."""
        if status == "NOTHING":
            return None
        return self.changes if self.paused else What.SCHEDULE_RESUMED

    def about(self, store: Store, job_id: str) -> str:
        """The schedule."""
        return _schedule(store, self.id)


@dataclass(frozen=True, slots=True)
class RemoveSchedule(Order):
    """Forget a schedule."""

    changes = What.SCHEDULE_REMOVED

    id: str

    def about(self, store: Store, job_id: str) -> str:
        """The schedule."""
        return _schedule(store, self.id)


@dataclass(frozen=True, slots=True)
class PostDigest(Order):
    """Post the digest of a slot (seconds since the epoch); the job's id is made of both.

    `handed_in` is when that was ordered and `up` since when the process ran that did: they tell why a digest
    is late.
    """

    changes = None

    schedule_id: str
    slot: float
    handed_in: float = 0.0
    up: float = 0.0

    def changed(self, status: str) -> What | None:
        """A schedule whose channel cannot be posted in is paused."""
        return What.SCHEDULE_PAUSED if status == "UNHEARD" else None

    def about(self, store: Store, job_id: str) -> str:
        """The schedule."""
        return _schedule(store, self.schedule_id)


@dataclass(frozen=True, slots=True)
class DigestNow(Order):
    """Post a digest of the last `days` in the place, once. `services` empty: all of the repo; `zone` is the
    one in which its readers count days (empty: what is set for the channel, else UTC)."""

    changes = None

    repo: str
    services: tuple[str, ...] = ()
    days: int = 7
    minimum: float = 0.5
    include: tuple[str, ...] = INCLUDE
    zone: str = ""


def _schedule(store: Store, schedule_id: str) -> str:
    known = store.schedules.get(schedule_id)
    return "" if known is None else f"{shown_repo(known.repo)} in {known.channel}"
