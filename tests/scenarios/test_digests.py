"""Digests of schedules through the real jobs to a local Slack: posted once, quiet, late, skipped, and what
is told to whom when something stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs.schedule_orders import DigestNow, PauseSchedule, RemoveSchedule
from bot.localslack.world import Fault
from bot.store.schedules import SlotStatus
from tests.scenarios.digests import MONDAY, REPO, WEEKLY, Desk, a_week, desk, percents
from tests.scenarios.watch import read

WEEK = timedelta(days=7)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


def test_a_slot_is_posted_once_with_details_and_chart_in_its_thread(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    assert office.due(id, MONDAY) == office.due(id, MONDAY) == "POSTED"
    kept, message = office.said()
    assert "Next: Monday 23 November at 09:00, Europe/Berlin" in read(kept)
    assert "E2E coverage, week 47 · 2 of 3 services reported · 73.0% (+3.0)" in read(message)
    assert "gateway 66.0 (+6.0" in read(message)
    assert "queue (no run since 15 November)" in read(message)
    assert "0.0%" not in read(message)
    thread = office.slack.thread("C1", message["ts"])
    (chart,) = [m for m in thread if m.get("files")]
    assert chart["files"][0]["name"] == "coverage-trend.png"
    assert chart["files"][0]["alt_txt"].startswith("Coverage of 3 services")
    assert "Services that reported, branch main" in read(thread[0])
    (slot,) = office.bot.store.schedules.slots(id)
    assert (slot.slot, slot.status, slot.ts) == (MONDAY.timestamp(), SlotStatus.POSTED, message["ts"])


def test_nothing_moved_is_one_line_and_the_next_digest_starts_there(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.due(id, MONDAY)
    for service, percent in (("gateway", 66), ("cart", 80)):
        percents(office.bot.store, service, percent, MONDAY, -3.0)
    office.time.at = MONDAY + WEEK
    assert office.due(id, MONDAY + WEEK) == "QUIET"
    line = office.said()[-1]
    assert read(line) == (
        "E2E coverage, week 48 · 2 of 3 services reported · 73.0% (±0.0). "
        "Quiet: nothing moved, and no service lost its data or came back."
    )
    assert office.slack.thread("C1", line["ts"]) == []
    percents(office.bot.store, "cart", 70, MONDAY, -8.0)
    office.time.at = MONDAY + 2 * WEEK
    assert office.due(id, MONDAY + 2 * WEEK) == "POSTED"
    assert "cart 70.0 (-10.0" in read(office.said()[-1])


def test_a_repo_nothing_is_known_of_is_no_zero(office: Desk) -> None:
    id = office.schedule()
    assert office.due(id, MONDAY) == "QUIET"
    assert "no data. There is no figure and no run of acme/shop yet." in read(office.said()[-1])


def test_within_the_grace_it_is_made_up_for_later_it_is_said_once(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.time.at = MONDAY + timedelta(minutes=59)
    assert office.due(id, MONDAY) == "POSTED"
    office.time.at = MONDAY + WEEK + timedelta(hours=3)
    late = (MONDAY + WEEK + timedelta(hours=3)).timestamp()
    assert office.due(id, MONDAY + WEEK, handed_in=late, up=late - 5.0) == "SKIPPED"
    assert office.due(id, MONDAY + WEEK) == "SKIPPED"
    assert read(office.said()[-1]) == (
        "The digest of acme/shop due Monday 30 November at 09:00, Europe/Berlin, was skipped: covcheck was "
        "not running. Next: Monday 7 December at 09:00, Europe/Berlin; it tells what moved since the last "
        "one posted."
    )
    assert len(office.said()) == 3
    assert [slot.status for slot in office.bot.store.schedules.slots(id)] == ["skipped", "posted"]


@pytest.mark.parametrize(
    ("handed_in", "up", "why"),
    [(60.0, -60.0, "covcheck could not post it in time"), (7_000.0, -60.0, "could not reach its database")],
)
def test_why_it_was_skipped(office: Desk, handed_in: float, up: float, why: str) -> None:
    id, at = office.schedule(), MONDAY.timestamp()
    office.time.at = MONDAY + timedelta(hours=2)
    assert office.due(id, MONDAY, handed_in=at + handed_in, up=at + up) == "SKIPPED"
    assert why in read(office.said()[-1])


def test_several_missed_slots_are_one_message(office: Desk) -> None:
    id = office.schedule()
    office.time.at = MONDAY + 2 * WEEK + timedelta(hours=3)
    late = office.time.seconds()
    assert office.due(id, MONDAY + 2 * WEEK, handed_in=late, up=late) == "SKIPPED"
    assert "3 digests of acme/shop were skipped: " in read(office.said()[-1])
    assert office.due(id, MONDAY + WEEK, handed_in=late, up=late) == "DONE"
    assert len(office.said()) == 2
    assert {slot.status for slot in office.bot.store.schedules.slots(id)} == {SlotStatus.SKIPPED}


def test_slots_missed_before_one_in_time_are_told_in_its_thread(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    for number in (0, 1):
        percents(office.bot.store, "cart", 75, MONDAY + WEEK, number + 1.0)
    office.time.at = MONDAY + WEEK
    assert office.due(id, MONDAY + WEEK) == "POSTED"
    message = office.said()[-1]
    thread = [read(m) for m in office.slack.thread("C1", message["ts"])]
    assert thread[0].startswith("Skipped before this one: due Monday 23 November at 09:00, Europe/Berlin.")


def test_what_changed_between_the_slot_and_its_job(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.time.at = MONDAY + timedelta(seconds=1)
    change = replace(WEEKLY, id=id, version=1, services=("gateway",))
    assert office.job(change) == "OK"
    assert office.due(id, MONDAY) == "POSTED"
    assert "1 of 1 service" in read(office.said()[-1])
    assert office.job(replace(change, version=2, at="15:00")) == "OK"
    assert office.due(id, MONDAY + WEEK) == "MOVED"
    assert office.job(PauseSchedule(id, True)) == "OK"
    afternoon = timedelta(hours=6)
    assert office.due(id, MONDAY + WEEK + afternoon) == "PAUSED"
    said = len(office.said())
    assert office.job(RemoveSchedule(id)) == "OK"
    assert office.due(id, MONDAY + 2 * WEEK + afternoon) == "GONE"
    assert len(office.said()) == said + 1
    assert "was removed by" in read(office.said()[-1])


@pytest.mark.parametrize("how", ["archived", "left"])
def test_a_channel_that_is_gone_pauses_the_schedule_and_its_maker_is_told(office: Desk, how: str) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    channel = office.slack.channel("C1")
    channel.archived, channel.has_bot = how == "archived", how != "left"
    assert office.due(id, MONDAY) == "UNHEARD"
    (told,) = office.slack.by_bot("U1") or office.slack.by_bot("D1")
    said = read(told)
    assert "I could not post the digest of acme/shop due Monday 23 November at 09:00, Europe/Berlin," in said
    assert {"archived": "the channel is archived", "left": "I am not in the channel"}[how] in said
    assert "I paused it. Nothing is lost" in said
    kept = office.bot.store.schedules.get(id)
    assert kept is not None
    assert (kept.paused, kept.version, kept.changed_by) == (True, 2, None)
    assert office.changed.is_set()
    assert office.bot.store.schedules.slots(id)[0].status is SlotStatus.FAILED
    channel.archived, channel.has_bot = False, True
    assert office.job(PauseSchedule(id, False)) == "OK"
    office.time.at = MONDAY + WEEK
    percents(office.bot.store, "gateway", 67, MONDAY, -3.0)
    assert office.due(id, MONDAY + WEEK) == "POSTED"
    assert "gateway 67.0 (+" in read(office.said()[-1])


def test_slack_that_is_down_or_busy_is_asked_again(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.slack.fail("chat.postMessage", Fault(status=503), times=3)
    office.slack.fail("files.getUploadURLExternal", Fault(status=429, retry_after=1))
    assert office.due(id, MONDAY) == "POSTED"
    assert any(m.get("files") for m in office.slack.thread("C1", office.said()[-1]["ts"]))


def test_slack_that_is_down_for_longer_is_asked_again_after_pauses(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.slack.fail("chat.postMessage", Fault(status=503), times=9)
    assert office.due(id, MONDAY) == "POSTED"


def test_a_token_that_is_refused_is_waited_out(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.slack.fail("chat.postMessage", Fault(error="token_revoked"))
    assert office.due(id, MONDAY) == "POSTED"


def test_what_was_waited_out_for_too_long_is_skipped_and_the_next_digest_covers_it(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.slack.fail("chat.postMessage", Fault(error="token_revoked"))
    job = office.begin(id, MONDAY)
    office.slack.wait(office.bot.jobs.trouble, 60.0)
    office.time.at = MONDAY + timedelta(hours=3)
    assert office.ended(job) == "SKIPPED"
    assert "was skipped: covcheck could not post it in time." in read(office.said()[-1])
    office.time.at = MONDAY + WEEK
    percents(office.bot.store, "gateway", 66, MONDAY, -3.0)
    assert office.due(id, MONDAY + WEEK) == "POSTED"
    assert "gateway 66.0 (+6.0" in read(office.said()[-1])


def test_a_message_that_slack_took_is_found_also_after_the_grace(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.slack.fail("chat.postMessage", Fault(status=503, done=True))
    office.slack.fail("conversations.history", Fault(error="token_revoked"))
    job = office.begin(id, MONDAY)
    office.slack.wait(office.bot.jobs.trouble, 60.0)
    office.time.at = MONDAY + timedelta(hours=3)
    assert office.ended(job) == "POSTED"
    assert len(office.said()) == 2


def test_what_slack_refuses_fails_the_slot_and_its_maker_is_told(office: Desk) -> None:
    a_week(office.bot.store)
    id = office.schedule()
    office.slack.fail("chat.postMessage", Fault(error="invalid_blocks"))
    assert office.due(id, MONDAY) == "FAILED"
    (room,) = [name for name in office.slack.channels if name.startswith("D")]
    assert "could not be posted: Slack refused a call: invalid_blocks." in read(office.slack.by_bot(room)[-1])
    assert office.bot.store.schedules.slots(id)[0].status is SlotStatus.FAILED
    kept = office.bot.store.schedules.get(id)
    assert kept is not None
    assert not kept.paused


def test_a_full_disk_costs_the_chart_only(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_week(office.bot.store)
    id = office.schedule()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    assert office.due(id, MONDAY) == "POSTED"
    thread = office.slack.thread("C1", office.said()[-1]["ts"])
    assert "The chart could not be painted: no space left on device." in [read(m) for m in thread]
    assert not any(m.get("files") for m in thread)


def test_a_digest_on_demand(office: Desk) -> None:
    a_week(office.bot.store)
    assert office.job(DigestNow(REPO, days=7)) == "OK"
    (message,) = office.said()
    assert "gateway 66.0 (+6.0" in read(message)
    assert office.job(DigestNow(REPO, ("gatewy",))) == "OK"
    assert (
        "There is no service gatewy in this repo. Did you mean gateway?" in office.slack.whispers[-1]["text"]
    )
    assert office.job(DigestNow("acme/none")) == "OK"
    assert "There is no figure and no run of acme/none yet." in office.slack.whispers[-1]["text"]
    assert len(office.said()) == 1
