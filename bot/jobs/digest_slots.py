"""What is to be done in a slot: post, skip, or nothing; and what the digest is then about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.digest.model import Period
from bot.jobs.localtimes import zone_named
from bot.jobs.schedule_orders import PostDigest
from bot.jobs.schedule_texts import NO_STORE, NOT_RUNNING, TOO_LATE
from bot.jobs.schedule_times import is_slot, slots_between
from bot.store.answers import Store
from bot.store.schedules import Schedule, Slot, SlotStatus, schedule_of

DAY = 86_400.0
SHORTEST = 20 * 3_600.0
"""A digest tells of at least so many seconds: a schedule that was just changed must not find no data."""
LONGEST = 366 * DAY
_TOLD = (SlotStatus.POSTED, SlotStatus.QUIET)


class Due(StrEnum):
    """POST or SKIP it; or nothing: the schedule is gone, paused, at other times now, or it was done."""

    POST = "POST"
    SKIP = "SKIP"
    GONE = "GONE"
    PAUSED = "PAUSED"
    MOVED = "MOVED"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done in a slot and of which schedule, as it stood then.

    `missed` are the slots before it that nobody told of, oldest first; `since` is when the digest's period
    begins, `why` the reason for skipping, `now` when this was judged. Times in seconds since the epoch.
    """

    due: Due
    slot: float
    schedule: Schedule | None = None
    missed: tuple[float, ...] = ()
    since: float = 0.0
    why: str = ""
    now: float = 0.0

    def encode(self) -> dict[str, Any]:
        """As plain values that a restart finds again."""
        return {**asdict(self), "due": self.due.value}

    @classmethod
    def decode(cls, values: Mapping[str, Any]) -> Judged:
        """Those again."""
        kept = values["schedule"]
        schedule = None if kept is None else schedule_of(kept)
        more = {name: values[name] for name in ("slot", "since", "why", "now")}
        return cls(due=Due(values["due"]), schedule=schedule, missed=tuple(values["missed"]), **more)

    @property
    def period(self) -> Period:
        """What the digest is about, counted in days of the schedule's zone."""
        zone = zone_named(self.schedule.zone if self.schedule is not None else "UTC")
        return Period(self.since, self.slot, datetime.fromtimestamp(self.slot, zone).date(), zone)


def judge(store: Store, order: PostDigest, job_id: str, *, now: float, grace: float) -> Judged:
    """What is to be done in a slot. Raises StoreError.

    Slots are claimed for this job, its own and those missed before it, so that each is told of once.
    """
    schedule = store.schedules.get(order.schedule_id)
    if schedule is None:
        return Judged(Due.GONE, order.slot)
    if schedule.paused:
        return Judged(Due.PAUSED, order.slot)
    if not is_slot(schedule, order.slot):
        return Judged(Due.MOVED, order.slot)
    told = store.schedules.slots(schedule.id)
    if any(slot.slot == order.slot for slot in told) or not _mine(store, schedule, order.slot, job_id):
        return Judged(Due.DONE, order.slot)
    before = [slot for slot in told if slot.slot < order.slot]
    base = max([schedule.changed_at, *(slot.slot for slot in before[:1])])
    missed = [slot for slot in slots_between(schedule, base, order.slot) if slot < order.slot]
    return Judged(
        due=Due.SKIP if now > order.slot + grace else Due.POST,
        slot=order.slot,
        schedule=schedule,
        missed=tuple(slot for slot in missed if _mine(store, schedule, slot, job_id)),
        since=_since(order.slot, before, missed),
        why=_why(order, grace),
        now=now,
    )


def _since(slot: float, before: Sequence[Slot], missed: Sequence[float]) -> float:
    """From the last slot that was told of; where none was, from a week before the first."""
    told = next((each.slot for each in before if each.status in _TOLD), None)
    first = min([slot, *missed, *(each.slot for each in before)])
    since = first - 7 * DAY if told is None else told
    return min(max(since, slot - LONGEST), slot - SHORTEST)


def _mine(store: Store, schedule: Schedule, slot: float, job_id: str) -> bool:
    return store.claim(schedule.id, f"slot {slot:.0f}", job_id)


def _why(order: PostDigest, grace: float) -> str:
    if order.handed_in <= order.slot + grace:
        return TOO_LATE
    return NO_STORE if order.up <= order.slot else NOT_RUNNING
