"""One slot a day, also on the nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.jobs.localtimes import LocalTimes, zone_named

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
EVERY_DAY = range(7)


def slots(trigger: LocalTimes, since: datetime, until: datetime) -> list[datetime]:
    found, due = [], trigger.get_next_fire_time(None, since)
    while due is not None and due < until:
        found.append(due)
        due = trigger.get_next_fire_time(due, due)
    return found


@pytest.mark.parametrize(
    ("zone", "night", "at", "moment"),
    [
        (BERLIN, date(2026, 3, 29), time(2, 30), "2026-03-29T01:00:00+00:00"),
        (BERLIN, date(2026, 10, 25), time(2, 30), "2026-10-25T00:30:00+00:00"),
        (BERLIN, date(2026, 10, 25), time(9, 0), "2026-10-25T08:00:00+00:00"),
        (BERLIN, date(2026, 10, 24), time(9, 0), "2026-10-24T07:00:00+00:00"),
        (NEW_YORK, date(2026, 3, 8), time(2, 30), "2026-03-08T07:00:00+00:00"),
        (NEW_YORK, date(2026, 11, 1), time(1, 30), "2026-11-01T05:30:00+00:00"),
        (NEW_YORK, date(2026, 11, 1), time(9, 0), "2026-11-01T14:00:00+00:00"),
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4), time(2, 15), "2026-10-03T15:30:00+00:00"),
        (ZoneInfo("America/Sao_Paulo"), date(2018, 11, 4), time(0, 0), "2018-11-04T03:00:00+00:00"),
    ],
)
def test_the_nights_on_which_clocks_change(zone: ZoneInfo, night: date, at: time, moment: str) -> None:
    trigger = LocalTimes(EVERY_DAY, at, zone)
    assert trigger.slot(night).isoformat() == moment
    noon = datetime.combine(night, time(12), tzinfo=zone)
    around = slots(trigger, noon - timedelta(days=2), noon + timedelta(days=2))
    assert len([s for s in around if s.astimezone(zone).date() == night]) == 1
    assert len(around) == 4


@given(
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca"]
    ),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.times(),
)
def test_every_day_of_a_month_has_one_slot(name: str, start: datetime, at: time) -> None:
    zone = ZoneInfo(name)
    trigger = LocalTimes(EVERY_DAY, at, zone)
    first = start.replace(tzinfo=UTC)
    found = slots(trigger, first, first + timedelta(days=30))
    days = [slot.astimezone(zone).date() for slot in found]
    assert all(b - a == timedelta(days=1) for a, b in pairwise(days))
    assert len(days) in (29, 30, 31)


def test_only_the_chosen_weekdays() -> None:
    trigger = LocalTimes([0, 3], time(9, 0), BERLIN)
    start = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    found = slots(trigger, start, start + timedelta(days=7))
    assert [s.isoformat() for s in found] == ["2026-11-23T08:00:00+00:00", "2026-11-26T08:00:00+00:00"]
    assert str(trigger) == "mon, thu at 09:00 Europe/Berlin"


@pytest.mark.parametrize("days", [[], [7], [-1]])
def test_weekdays_that_are_none(days: list[int]) -> None:
    with pytest.raises(ValueError, match="weekdays"):
        LocalTimes(days, time(9), BERLIN)


def test_zones() -> None:
    assert zone_named("Europe/Berlin") == BERLIN
    with pytest.raises(UsageError, match=r"no time zone\. Did you mean Europe/Berlin"):
        zone_named("Europe/Berln")
    for bad in ("../../etc/passwd", "", "x" * 500, "/etc/localtime"):
        with pytest.raises(UsageError, match="is no time zone"):
            zone_named(bad)
