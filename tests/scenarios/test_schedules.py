"""Schedules are kept, changed, paused and removed by the real jobs; what is wrong is told to who asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.jobs.schedule_orders import PauseSchedule, RemoveSchedule
from bot.jobs.schedules import MOST
from tests.scenarios.digests import MONDAY, WEEKLY, Desk, desk, percents
from tests.scenarios.watch import read


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with desk(tmp_path, database=url) as made:
        yield made


def told(office: Desk) -> str:
    """What only the asker sees, last."""
    return str(office.slack.whispers[-1]["text"])


def test_a_schedule_is_set_up_changed_paused_and_removed_and_the_channel_is_told(either: Desk) -> None:
    office = either
    kept = office.bot.store.schedules
    assert office.job(replace(WEEKLY, weekdays=(3, 0, 0), services=("cart", " cart "))) == "OK"
    (first,) = kept.all()
    assert (first.weekdays, first.services, first.created_by) == ((0, 3), ("cart",), "U1")
    assert (first.created_at, first.version) == (MONDAY.timestamp(), 1)
    said = read(office.said()[-1])
    assert said.startswith("Digest of acme/shop set up by @U1")
    assert "When: Monday and Thursday at 09:00, Europe/Berlin" in said
    assert "Services: cart" in said
    assert "Next: Thursday 26 November at 09:00, Europe/Berlin" in said
    change = replace(WEEKLY, id=first.id, version=1, at="18:30", zone="America/New_York", minimum=2)
    assert office.job(change, user="U2") == "OK"
    (second,) = kept.all()
    assert (second.id, second.version, second.created_by, second.changed_by) == (first.id, 2, "U1", "U2")
    assert "Next: Monday 23 November at 18:30, America/New_York" in read(office.said()[-1])
    assert office.job(PauseSchedule(first.id, True), user="U3") == "OK"
    assert read(office.said()[-1]) == "The digest of acme/shop was paused by @U3."
    assert office.job(PauseSchedule(first.id, True)) == "NOTHING"
    assert told(office) == "This schedule is paused already."
    assert office.job(PauseSchedule(first.id, False)) == "OK"
    assert "was resumed by @U1. Next: Monday 23 November at 18:30" in read(office.said()[-1])
    assert office.changed.is_set()
    assert office.job(RemoveSchedule(first.id)) == "OK"
    assert kept.all() == ()
    for order in (RemoveSchedule(first.id), PauseSchedule(first.id, True), replace(change, version=4)):
        assert office.job(order) == "NOTHING"
        assert told(office) == "This schedule was removed meanwhile."
    assert len(office.said()) == 5


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"zone": "Europe/Berln"}, "'Europe/Berln' is no time zone. Did you mean Europe/Berlin?"),
    ({"zone": "../etc/passwd"}, "is no time zone"),
    ({"at": "9 o'clock"}, "is no time. Write it as 09:00."),
    ({"at": "24:00"}, "'24:00' is no time."),
    ({"at": "0 9 * * 1"}, "'0 9 * * 1' is no time."),
    ({"weekdays": ()}, "Choose at least one weekday."),
    ({"weekdays": (7,)}, "Weekdays are numbers from 0 (Monday) to 6 (Sunday)."),
    ({"minimum": 101.0}, "from 0 to 100"),
    ({"minimum": -1.0}, "from 0 to 100"),
    ({"channel": "general"}, "Choose the channel to post in."),
    ({"repo": " "}, "No repo is named."),
    ({"services": ("gatewy",)}, "There is no service gatewy in this repo. Did you mean gateway?"),
    ({"services": ("Gate-Way",)}, "Did you mean gateway?"),
    ({"services": ("x" * 300,)}, "A service's name is too long."),
    ({"services": tuple(f"s{n}" for n in range(201))}, "at most 200 services"),
]


def test_what_is_wrong_is_told_and_nothing_is_kept(office: Desk) -> None:
    for wrong, said in WRONG:
        assert office.job(replace(WEEKLY, **wrong)) == "NOTHING", wrong
        assert said in told(office)
    assert office.bot.store.schedules.all() == ()
    assert office.said() == []


def test_services_that_cannot_be_known_are_kept_with_a_remark(office: Desk) -> None:
    percents(office.bot.store, "cart", 80, MONDAY, 3.0)
    office.readable = False
    assert office.job(replace(WEEKLY, services=("cart", "brand-new"))) == "OK"
    assert "Never seen so far: brand-new" in read(office.said()[-1])
    office.readable = True
    office.services = []
    assert office.job(replace(WEEKLY, services=("cart",))) == "OK"
    assert office.job(replace(WEEKLY, services=("brand-new",))) == "NOTHING"


def test_where_the_bot_cannot_post_nothing_is_kept_and_the_asker_is_told(office: Desk) -> None:
    office.slack.channel("C9").has_bot = False
    assert office.job(replace(WEEKLY, channel="C9")) == "NOTHING"
    assert "I cannot post there (not_in_channel)." in told(office)
    assert "Nothing was kept. Invite me there" in told(office)
    assert office.job(replace(WEEKLY, channel="C404"), channel="") == "NOTHING"
    (room,) = [id for id in office.slack.channels if id.startswith("D")]
    assert "I cannot post there (channel_not_found)." in read(office.slack.by_bot(room)[-1])
    assert office.bot.store.schedules.all() == ()


def test_of_two_changes_of_one_version_the_first_counts(office: Desk) -> None:
    assert office.job(WEEKLY) == "OK"
    (first,) = office.bot.store.schedules.all()
    change = replace(WEEKLY, id=first.id, version=1, at="10:00")
    assert office.job(change) == "OK"
    assert office.job(replace(change, at="11:00"), user="U2") == "NOTHING"
    assert told(office).startswith("Somebody changed this schedule meanwhile. Nothing was kept")
    (standing,) = office.bot.store.schedules.all()
    assert (standing.at, standing.version) == ("10:00", 2)


def test_a_schedule_that_moves_tells_the_channel_it_leaves(office: Desk) -> None:
    office.slack.channel("C2")
    assert office.job(WEEKLY) == "OK"
    (first,) = office.bot.store.schedules.all()
    assert office.job(replace(WEEKLY, id=first.id, version=1, channel="C2")) == "OK"
    assert read(office.said("C1")[-1]) == "The digest of acme/shop was moved to another channel by @U1."
    assert "Digest of acme/shop changed by @U1" in read(office.said("C2")[-1])


def test_a_schedule_of_a_channel_that_is_gone_can_be_paused_and_removed(office: Desk) -> None:
    office.slack.channel("C2")
    assert office.job(replace(WEEKLY, channel="C2")) == "OK"
    (first,) = office.bot.store.schedules.all()
    office.slack.channel("C2").archived = True
    assert office.job(PauseSchedule(first.id, True)) == "OK"
    assert "was paused" in told(office)
    assert office.job(PauseSchedule(first.id, False)) == "NOTHING"
    assert "I cannot post there (is_archived)." in told(office)
    assert office.job(RemoveSchedule(first.id)) == "OK"
    assert "was removed" in told(office)
    assert office.bot.store.schedules.all() == ()


def test_a_channel_has_a_bounded_number_of_schedules(office: Desk) -> None:
    standing = office.bot.store.schedules
    assert office.job(WEEKLY) == "OK"
    (first,) = standing.all()
    for number in range(MOST - 1):
        standing.put(replace(first, id=f"more-{number}"))
    assert office.job(WEEKLY) == "NOTHING"
    assert f"This channel has {MOST} schedules" in told(office)


def test_what_people_fill_in_never_acts(office: Desk) -> None:
    hostile = ("<!channel>", "*x* <http://evil|y>", "a\u202eb")
    assert office.job(replace(WEEKLY, services=hostile)) == "NOTHING"
    office.readable = False
    assert office.job(replace(WEEKLY, services=hostile)) == "OK"
    for message in [*office.said(), *office.slack.whispers]:
        assert "&lt;!channel&gt;" in str(message["text"])
        assert "\u202e" not in str(message)
        assert '"type": "broadcast"' not in json.dumps(message["blocks"])
