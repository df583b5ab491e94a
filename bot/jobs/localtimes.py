"""A time of day on some weekdays in a zone, once each such day whatever the clocks do.

APScheduler's own cron trigger fires 02:30 twice on the night on which clocks go back (limits.md). Here a
day has one slot: a time that clocks skip is taken at the first moment after the gap, of a time that comes
twice the first one counts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.base import BaseTrigger

from bot.errors import UsageError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class LocalTimes(BaseTrigger):
    """An APScheduler trigger: `weekdays` as numbers from Monday 0, `at` the time of day in `zone`."""

    def __init__(self, weekdays: Collection[int], at: time, zone: ZoneInfo) -> None:
        if not weekdays or not set(weekdays) <= set(range(7)):
            raise ValueError("weekdays are numbers from 0 to 6, at least one")
        self.weekdays = frozenset(weekdays)
        self.at = at.replace(tzinfo=None, second=0, microsecond=0)
        self.zone = zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first slot after the previous one and not before now, in UTC."""
        after = now.astimezone(UTC)
        if previous_fire_time is not None:
            after = max(after, previous_fire_time.astimezone(UTC) + timedelta(microseconds=1))
        day = after.astimezone(self.zone).date() - timedelta(days=1)
        for _ in range(10):
            if day.weekday() in self.weekdays and (slot := self.slot(day)) >= after:
                return slot
            day += timedelta(days=1)
        return None

    def slot(self, day: date) -> datetime:
        """The moment (UTC) of a day's slot."""
        wall = datetime.combine(day, self.at)
        first = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        if first.astimezone(self.zone).replace(tzinfo=None) == wall:
            return first
        return _end_of_gap(first, self.zone)

    def __str__(self) -> str:
        days = ", ".join(WEEKDAYS[day] for day in sorted(self.weekdays))
        return f"{days} at {self.at:%H:%M} {self.zone.key}"


def _end_of_gap(inside: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks jump over the wall time that `inside` (taken with the old offset) stands
    for: it lies at most a day before it."""
    late, early = inside, inside - timedelta(days=1)
    old = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == old:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


@lru_cache(1)
def zone_names() -> frozenset[str]:
    """The names of all zones; looking them up reads a thousand files."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def zone_meant(text: str) -> str:
    """The zone that is meant by its name in any letters, or by its city alone; else the text as it stands."""
    names, wanted = zone_names(), "_".join(text.split()).casefold()
    if text in names:
        return text
    same = [name for name in names if name.casefold() == wanted]
    city = [name for name in names if "/" in name and name.casefold().rpartition("/")[2] == wanted]
    found = same or city
    return found[0] if len(found) == 1 else text


def zone_named(name: str) -> ZoneInfo:
    """The zone of a name of the IANA database. Raises UsageError with what to write instead."""
    from difflib import get_close_matches

    try:
        if name in zone_names():
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    near = get_close_matches(name, zone_names(), 1, cutoff=0.5)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"{name[:60]!r} is no time zone.{guess}", hint="Write it as in Europe/Berlin.")
