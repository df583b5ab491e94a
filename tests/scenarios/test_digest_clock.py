"""Schedules on the clock, end to end: on nights on which clocks change, over a clock that is set, with two
replicas, after starts that come late, and after changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import pytest
from dbos import DBOS

from bot.composition import compose, running
from bot.errors import StoreError
from bot.jobs.clock import Clock
from bot.jobs.orders import Place
from bot.jobs.schedule_clock import ScheduleClock
from bot.jobs.schedule_orders import DigestNow, PauseSchedule, RemoveSchedule
from bot.localslack.world import BOT_TOKEN
from bot.settings import Settings
from bot.store.schedules import SlotStatus
from handlers.serve import SlackConfig
from tests.scenarios.conftest import SECRET
from tests.scenarios.digests import MONDAY, WEEKLY, Desk, Time, a_week, desk
from tests.scenarios.watch import read
from tests.slack.server import SlackServer

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HALF = timedelta(minutes=30)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        monkeypatch.setattr(apscheduler.schedulers.base, "datetime", shifted(made.time))
        yield made


def shifted(time: Time) -> type[datetime]:
    """A datetime for APScheduler that tells the time of a test."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return time.at.astimezone(tz)

    return Shifted


@contextmanager
def clocks(office: Desk, number: int = 1) -> Iterator[list[ScheduleClock]]:
    """Replicas that follow the schedules; they look when they are told to."""
    made = []
    for _ in range(number):
        inner = Clock(office.bot.jobs.submit, now=office.time.moment)
        follower = ScheduleClock(
            inner, office.bot.store.schedules, office.changed, poll=600.0, now=office.time.moment
        )
        follower.start()
        made.append(follower)
    for follower in made:
        follower.look()
    try:
        yield made
    finally:
        for follower in made:
            follower.stop()


def advance(office: Desk, running: list[ScheduleClock], by: timedelta) -> None:
    """Set the time on, and wait until every scheduler has seen it."""
    office.time.at += by

    def seen() -> bool:
        jobs = [job for each in running for job in each._clock._scheduler.get_jobs()]
        return all(job.next_run_time is None or job.next_run_time > office.time.at for job in jobs)

    for each in running:
        each._clock.wake()
    office.slack.wait(seen)


def settled(office: Desk) -> None:
    office.slack.wait(lambda: not DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1), 60.0)


def slots(office: Desk, schedule_id: str) -> list[str]:
    """The slots that are dealt with, in UTC."""
    settled(office)
    found = office.bot.store.schedules.slots(schedule_id)
    return [f"{datetime.fromtimestamp(slot.slot, UTC):%d %H:%M}" for slot in reversed(found)]


@pytest.mark.parametrize(
    ("zone", "at", "noon", "wanted"),
    [
        (BERLIN, "02:30", datetime(2026, 3, 28, 12), ["29 01:00", "30 00:30"]),
        (BERLIN, "02:30", datetime(2026, 10, 24, 12), ["25 00:30", "26 01:30"]),
        (NEW_YORK, "02:30", datetime(2026, 3, 7, 12), ["08 07:00", "09 06:30"]),
        (NEW_YORK, "01:30", datetime(2026, 10, 31, 12), ["01 05:30", "02 06:30"]),
        (BERLIN, "09:00", datetime(2026, 10, 24, 12), ["25 08:00", "26 08:00"]),
        (NEW_YORK, "09:00", datetime(2026, 3, 7, 12), ["08 13:00", "09 13:00"]),
    ],
)
def test_one_digest_a_day_where_clocks_change(
    office: Desk, zone: ZoneInfo, at: str, noon: datetime, wanted: list[str]
) -> None:
    office.time.at = noon.replace(tzinfo=zone).astimezone(UTC)
    daily = replace(WEEKLY, weekdays=tuple(range(7)), at=at, zone=zone.key)
    assert office.job(daily) == "OK"
    (schedule,) = office.bot.store.schedules.all()
    with clocks(office, 2) as running:
        for _ in range(96):
            advance(office, running, HALF)
    assert slots(office, schedule.id) == wanted
    assert len(office.said()) == 3


def test_a_clock_that_is_set_back_posts_nothing_twice_and_one_set_on_loses_nothing(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.time.at = MONDAY - timedelta(minutes=5)
    with clocks(office, 2) as running:
        advance(office, running, timedelta(minutes=6))
        office.time.at -= timedelta(minutes=30)
        for each in running:
            each.look()
        advance(office, running, timedelta(minutes=40))
        assert slots(office, id) == ["23 08:00"]
        advance(office, running, timedelta(days=7))
        assert slots(office, id) == ["23 08:00", "30 08:00"]
    assert len(office.said()) == 3


def test_a_start_within_the_grace_makes_up_for_a_slot_once(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    for late in (timedelta(minutes=50), timedelta(minutes=55)):
        office.time.at = MONDAY + late
        with clocks(office, 2):
            pass
    assert slots(office, id) == ["23 08:00"]
    assert office.bot.store.schedules.slots(id)[0].status is SlotStatus.POSTED
    assert len(office.said()) == 2


def test_a_start_after_it_says_once_what_was_skipped(office: Desk) -> None:
    id = office.schedule()
    for late in (timedelta(days=15), timedelta(days=15, hours=1)):
        office.time.at = MONDAY + late
        with clocks(office, 2):
            pass
    assert slots(office, id) == ["23 08:00", "30 08:00", "07 08:00"]
    _, said = office.said()
    assert read(said) == (
        "3 digests of acme/shop were skipped: covcheck was not running. They were due Monday 23 November at "
        "09:00, Monday 30 November at 09:00 and Monday 7 December at 09:00, Europe/Berlin. Next: Monday 14 "
        "December at 09:00, Europe/Berlin; it tells what moved since the last one posted."
    )


def test_a_change_is_followed(office: Desk) -> None:
    id = office.schedule()
    office.time.at = MONDAY - timedelta(hours=1)
    with clocks(office) as running:
        assert office.job(replace(WEEKLY, id=id, version=1, at="11:00")) == "OK"
        running[0].look()
        advance(office, running, timedelta(hours=2))
        assert slots(office, id) == []
        advance(office, running, timedelta(hours=2))
        assert slots(office, id) == ["23 10:00"]
        assert office.job(PauseSchedule(id, True)) == "OK"
        running[0].look()
        advance(office, running, timedelta(days=14))
        assert office.job(PauseSchedule(id, False)) == "OK"
        running[0].look()
        assert slots(office, id) == ["23 10:00"]
        advance(office, running, timedelta(days=7))
        assert slots(office, id) == ["23 10:00", "14 10:00"]
        assert office.job(RemoveSchedule(id)) == "OK"
        running[0].look()
        said = len(office.said())
        advance(office, running, timedelta(days=7))
        settled(office)
        assert len(office.said()) == said


def test_this_process_follows_its_own_changes_at_once(office: Desk) -> None:
    a_week(office.bot.store)
    office.time.at = MONDAY - timedelta(minutes=1)
    with clocks(office) as running:
        assert office.job(WEEKLY) == "OK"
        office.slack.wait(lambda: running[0]._followed)
        advance(office, running, timedelta(minutes=2))
        office.slack.wait(lambda: len(office.said()) == 2)


def test_a_store_that_is_away_at_the_slot_is_asked_again(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.time.at = MONDAY - timedelta(minutes=1)
    submit: Callable[..., str] = office.bot.jobs.submit
    with clocks(office) as running:

        def away(*_: object, **__: object) -> str:
            raise StoreError("The request could not be stored.")

        monkeypatch.setattr(running[0]._clock, "_submit", away)
        advance(office, running, timedelta(minutes=5))
        with pytest.raises(StoreError):
            running[0].look()
        monkeypatch.setattr(running[0]._clock, "_submit", submit)
        assert office.said()[1:] == []
        running[0].look()
        assert slots(office, id) == ["23 08:00"]
    assert office.bot.store.schedules.slots(id)[0].status is SlotStatus.POSTED


def test_the_bot_as_it_is_served_follows_schedules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path))
    with SlackServer() as slack:
        slack.channel("C1")
        made = compose(Settings(), SlackConfig(BOT_TOKEN, SECRET, None, slack.base_url))
        with running(made):
            job = made.jobs.submit(WEEKLY, Place("C1", user="U1"), key="one")
            assert made.jobs.wait(job) == "OK"
            (kept,) = made.store.schedules.all()
            slack.wait(lambda: made.clock._followed == {kept.id: 1})
            (waiting,) = [j for j in made.clock._clock._scheduler.get_jobs() if kept.id in j.id]
            assert waiting.next_run_time.astimezone(BERLIN).strftime("%a %H:%M") == "Mon 09:00"
            now = made.jobs.submit(DigestNow(kept.repo), Place("C1", user="U1"), key="two")
            assert made.jobs.wait(now) == "OK"
            assert "no run of acme/shop yet" in str(slack.whispers[-1]["text"])
        made.jobs.close(5.0)
        made.store.close()
        assert slack.violations == []
