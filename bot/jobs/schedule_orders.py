"""Orders about digests: schedules kept, paused and removed, slots that are due, digests asked for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.jobs.orders import Order
from bot.store.schedules import INCLUDE


@dataclass(frozen=True, slots=True)
class KeepSchedule(Order):
    """Set up a schedule, or change the one of `id` as it stood in `version` (0 and empty: a new one).

    The fields are those of `bot.store.schedules.Schedule`, as somebody filled them in: they are judged again
    when the job is carried out. The place's user is whoever made the change, the place's channel where to
    tell that person what was wrong.
    """

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


@dataclass(frozen=True, slots=True)
class PauseSchedule(Order):
    """Post nothing from a schedule until it is taken up again (`paused` False)."""

    id: str
    paused: bool


@dataclass(frozen=True, slots=True)
class RemoveSchedule(Order):
    """Forget a schedule."""

    id: str


@dataclass(frozen=True, slots=True)
class PostDigest(Order):
    """Post the digest of a slot (seconds since the epoch); the job's id is made of both."""

    schedule_id: str
    slot: float


@dataclass(frozen=True, slots=True)
class DigestNow(Order):
    """Post a digest of the last `days` in the place, once. `services` empty: all of the repo."""

    repo: str
    services: tuple[str, ...] = ()
    days: int = 7
    minimum: float = 0.5
    include: tuple[str, ...] = INCLUDE
