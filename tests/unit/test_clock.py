"""The clock hands each slot in once, also after a pause and when the store fails."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import StoreError
from bot.jobs.clock import Clock
from bot.jobs.orders import Order, Place, Say


class Desk:
    """Takes orders; the first `failing` of them cannot be stored."""

    def __init__(self, failing: int = 0) -> None:
        self.keys: list[str] = []
        self.failing = failing
        self.came = threading.Event()

    def submit(self, order: Order, place: Place, *, key: str) -> str:
        if self.failing:
            self.failing -= 1
            raise StoreError("no store")
        self.keys.append(key)
        self.came.set()
        return key


def _say(_: datetime) -> tuple[Order, Place]:
    return Say("now"), Place("C1")


def test_a_slot_is_handed_in_under_its_scheduled_time() -> None:
    desk = Desk()
    clock = Clock(desk.submit, grace=0.0)
    due = datetime.now(UTC) + timedelta(seconds=1)  # a busy machine must not start the clock after it
    clock.every("digest", DateTrigger(due), _say)
    clock.start()
    assert desk.came.wait(20.0)
    clock.stop()
    assert desk.keys == [f"digest\0{due.isoformat()}"]


def test_two_clocks_use_the_same_key() -> None:
    desk, due = Desk(), datetime.now(UTC) - timedelta(seconds=5)
    for _ in range(2):
        clock = Clock(desk.submit)
        clock.every("digest", DateTrigger(due), _say)
        clock.start()
        clock.stop()
    assert set(desk.keys) == {f"digest\0{due.isoformat()}"}


def test_only_the_latest_missed_slot_within_the_grace_is_made_up_for() -> None:
    desk, now = Desk(), datetime.now(UTC)
    clock = Clock(desk.submit, grace=3600)
    start = now - timedelta(days=3, minutes=10)
    clock.every("hourly", IntervalTrigger(hours=1, start_date=start, timezone=UTC), _say)
    clock.every("long ago", DateTrigger(now - timedelta(hours=2)), _say)
    clock.start()
    clock.stop()
    assert desk.keys == [f"hourly\0{(start + timedelta(days=3)).isoformat()}"]


def test_nothing_to_do_is_no_job() -> None:
    desk = Desk()
    clock = Clock(desk.submit)
    clock.every("quiet", DateTrigger(datetime.now(UTC) - timedelta(seconds=1)), lambda _: None)
    clock.start()
    clock.stop()
    assert desk.keys == []


def test_a_store_that_fails_is_tried_again_with_the_same_slot() -> None:
    desk, due = Desk(failing=2), datetime.now(UTC) - timedelta(seconds=5)
    clock = Clock(desk.submit, retry=0.02)
    clock.every("digest", DateTrigger(due), _say)
    clock.start()
    assert desk.came.wait(5.0)
    clock.stop()
    assert desk.keys == [f"digest\0{due.isoformat()}"]
