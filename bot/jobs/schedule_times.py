"""When a schedule's digests are due, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from bot.jobs.localtimes import LocalTimes, zone_named
from bot.render.slack_schedule import DAYS, when
from bot.store.schedules import Schedule

LOOKED_BACK = 400 * 86_400.0
"""So long ago, in seconds, slots are looked for at most."""


def times_of(schedule: Schedule) -> LocalTimes:
    """The trigger of a schedule. Raises UsageError or ValueError for values that no schedule has."""
    return LocalTimes(schedule.weekdays, time.fromisoformat(schedule.at), zone_named(schedule.zone))


def next_slot(schedule: Schedule, after: float) -> float | None:
    """The first slot after a time, both in seconds since the epoch."""
    found = slots_between(schedule, after, after + 8 * 86_400.0, most=1)
    return found[0] if found else None


def slots_between(
    schedule: Schedule, after: float, until: float, *, most: int | None = None
) -> tuple[float, ...]:
    """The slots in (after, until], the oldest first; of a long time only the end is looked at."""
    trigger = times_of(schedule)
    found: list[float] = []
    start = datetime.fromtimestamp(max(after, until - LOOKED_BACK), UTC) + timedelta(microseconds=1)
    due = trigger.get_next_fire_time(None, start)
    while due is not None and due.timestamp() <= until and (most is None or len(found) < most):
        found.append(due.timestamp())
        due = trigger.get_next_fire_time(due, due)
    return tuple(found)


def is_slot(schedule: Schedule, slot: float) -> bool:
    """Whether a time is one of the schedule's, as it stands now."""
    return slots_between(schedule, slot - 1.0, slot) == (slot,)


def moment(slot: float, zone: str) -> str:
    """A slot as people of the zone say it: `Monday 23 November at 09:00`."""
    local = datetime.fromtimestamp(slot, zone_named(zone))
    return f"{DAYS[local.weekday()]} {local.day} {local:%B at %H:%M}"


def times_said(schedule: Schedule) -> str:
    """`Monday and Thursday at 09:00, Europe/Berlin`."""
    return when(schedule.weekdays, schedule.at, schedule.zone)


def listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
