"""What is wrong with a filled-in schedule, when it is due, and how that is said."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.schedule_check import faults, tidy, unknown_services
from bot.jobs.schedule_orders import KeepSchedule
from bot.jobs.schedule_times import is_slot, moment, next_slot, slots_between, times_said
from bot.store.schedules import INCLUDE, Schedule

GOOD = KeepSchedule("C1", "acme/shop", (), (0,), "09:00", "Europe/Berlin")
WEEKLY = Schedule(
    "s", "C1", "acme/shop", (), (0, 3), "09:00", "Europe/Berlin", 0.5, INCLUDE, "U1", 0.0, "U1", 0.0
)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def test_what_is_good_has_no_faults() -> None:
    assert faults(GOOD) == {}
    assert faults(replace(GOOD, include=(), minimum=0)) == {}


@given(
    st.builds(
        KeepSchedule,
        channel=st.text(max_size=40),
        repo=st.text(max_size=40),
        services=st.lists(st.text(max_size=300), max_size=5).map(tuple),
        weekdays=st.lists(st.integers(), max_size=9).map(tuple),
        at=st.text(max_size=40),
        zone=st.text(max_size=40),
        minimum=st.floats(),
        include=st.lists(st.text(max_size=10), max_size=9).map(tuple),
    )
)
def test_whatever_is_filled_in_is_judged_and_never_fails(order: KeepSchedule) -> None:
    for said in faults(tidy(order)).values():
        assert len(said) < 400
    if not math.isfinite(order.minimum):
        assert "minimum" in faults(order)


def test_digits_of_other_scripts_are_no_time() -> None:
    assert "at" in faults(replace(GOOD, at="٠٩:٠٠"))


def test_a_name_that_was_never_seen() -> None:
    seen = ("gateway", "data-storage")
    assert unknown_services(("gateway",), seen, sure=True) == ((), ())
    (said,), _ = unknown_services(("datastorage",), seen, sure=True)
    assert said == "There is no service datastorage in this repo. Did you mean data-storage?"
    (said,), _ = unknown_services(("zzz",), seen, sure=True)
    assert said == "There is no service zzz in this repo."
    assert unknown_services(("zzz",), seen, sure=False) == ((), ("zzz",))


def test_when_it_is_due_and_how_that_is_said() -> None:
    due = next_slot(WEEKLY, at("2026-11-23T08:00"))
    assert due == at("2026-11-26T08:00")
    assert moment(due, WEEKLY.zone) == "Thursday 26 November at 09:00"
    assert times_said(WEEKLY) == "Monday and Thursday at 09:00, Europe/Berlin"
    assert is_slot(WEEKLY, due)
    assert not is_slot(WEEKLY, due + 60.0)
    assert slots_between(WEEKLY, at("2026-11-23T08:00"), due) == (due,)
    assert slots_between(WEEKLY, due, due) == ()


def test_of_a_time_without_end_only_the_last_year_is_looked_at() -> None:
    found = slots_between(replace(WEEKLY, weekdays=tuple(range(7))), 0.0, at("2026-11-23T08:00"))
    assert len(found) == 400


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia"])
def test_a_slot_is_found_to_be_one_in_every_week_of_a_year(zone: str) -> None:
    daily = replace(WEEKLY, weekdays=tuple(range(7)), at="02:30", zone=zone)
    for slot in slots_between(daily, at("2026-01-01T00:00"), at("2026-12-31T00:00")):
        assert is_slot(daily, slot)
