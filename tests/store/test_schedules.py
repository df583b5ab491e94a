"""Schedules and their slots on both engines: the first change wins, each slot is told once."""

from __future__ import annotations

from dataclasses import replace

from bot.store.answers import Store
from bot.store.schedules import SLOTS_KEPT, Schedule, Slot, SlotStatus

WEEKLY = Schedule(
    id="job-1",
    channel="C1",
    repo="acme/shop",
    services=("gateway", "cart ✓"),
    weekdays=(0, 3),
    at="09:00",
    zone="Europe/Berlin",
    minimum=0.5,
    include=("moved", "chart"),
    created_by="U1",
    created_at=1_000.5,
    changed_by="U1",
    changed_at=1_000.5,
    changed_in="job-1",
)


def test_a_schedule_is_found_again_as_it_was(store: Store) -> None:
    assert store.schedules.put(WEEKLY) == WEEKLY
    other = replace(WEEKLY, id="job-2", channel="C2", created_by="U2", created_at=5.0, services=())
    store.schedules.put(other)
    assert store.schedules.get("job-1") == WEEKLY
    assert store.schedules.get("job-3") is None
    assert store.schedules.all() == (other, WEEKLY)
    assert store.schedules.of_channel("C2") == (other,)
    assert store.schedules.of_person("U1") == (WEEKLY,)
    assert store.schedules.versions() == {"job-1": 1, "job-2": 1}


def test_the_first_change_of_a_version_wins(store: Store) -> None:
    store.schedules.put(WEEKLY)
    first = replace(WEEKLY, at="10:00", version=2, changed_in="job-2")
    second = replace(WEEKLY, paused=True, version=2, changed_in="job-3")
    assert store.schedules.put(first) == first
    assert store.schedules.put(second) == first
    assert store.schedules.put(first) == first
    assert store.schedules.put(replace(WEEKLY, at="11:11")) == first
    assert store.schedules.remove("job-1") == first
    assert store.schedules.remove("job-1") is None
    assert store.schedules.put(replace(first, version=3)) is None
    assert store.schedules.all() == ()


def test_a_slot_is_recorded_once_and_goes_with_its_schedule(store: Store) -> None:
    store.schedules.put(WEEKLY)
    posted = Slot("job-1", 2_000.0, SlotStatus.POSTED, 2_001.25, "17.5")
    store.schedules.record(posted)
    store.schedules.record(replace(posted, status=SlotStatus.SKIPPED))
    assert store.schedules.slot("job-1", 2_000.0) == posted
    assert store.schedules.slot("job-1", 2_000.5) is None
    store.schedules.record(Slot("job-1", 3_000.0, SlotStatus.QUIET, 3_000.0))
    assert [slot.slot for slot in store.schedules.slots("job-1")] == [3_000.0, 2_000.0]
    assert [slot.slot for slot in store.schedules.slots("job-1", limit=1)] == [3_000.0]
    store.schedules.remove("job-1")
    store.schedules.record(posted)
    assert store.schedules.slots("job-1") == ()


def test_old_slots_are_forgotten(store: Store) -> None:
    store.schedules.put(WEEKLY)
    for number in range(SLOTS_KEPT + 3):
        store.schedules.record(Slot("job-1", float(number), SlotStatus.QUIET, 0.0))
    kept = store.schedules.slots("job-1", limit=1_000)
    assert (len(kept), kept[-1].slot) == (SLOTS_KEPT, 3.0)


def test_a_schedule_is_switched_as_its_next_version(store: Store) -> None:
    store.schedules.put(WEEKLY)
    paused = WEEKLY.switched(True, by=None, at=9.0, job_id="job-9")
    assert store.schedules.put(paused) == paused
    assert (paused.version, paused.paused, paused.changed_by, paused.created_by) == (2, True, None, "U1")
    assert store.schedules.put(paused.switched(False, by="U2", at=10.0, job_id="job-10")) is not None
    assert store.schedules.versions() == {"job-1": 3}


def test_the_latest_slot_of_each_schedule(store: Store) -> None:
    for name in ("job-1", "job-2"):
        store.schedules.put(replace(WEEKLY, id=name))
    for slot in (1_764_000_000.0, 1_764_600_000.0):
        store.schedules.record(Slot("job-1", slot, SlotStatus.SKIPPED, slot))
    assert store.schedules.latest_slots() == {"job-1": 1_764_600_000.0}


def test_processes_beat_and_leave(store: Store) -> None:
    store.replicas.beat("one", 1)
    store.replicas.beat("two", 5)
    store.replicas.beat("one", 2)
    assert store.replicas.beats() == {"one": 2, "two": 5}
    store.replicas.forget("one")
    store.replicas.forget("one")
    assert store.replicas.beats() == {"two": 5}
