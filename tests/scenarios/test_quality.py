"""The weekly quality line: once for a week in which somebody asked, and to whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs.quality import NAME, monday, weekly
from tests.scenarios.asking import Asking, asking
from tests.scenarios.watch import answered, read

CHANNEL = "C0QUALITY1"


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    with asking(tmp_path_factory.mktemp("quality")) as made:
        made.slack.channel(CHANNEL)
        yield made
        made.settle()
        assert made.slack.violations == [], made.slack.transcript()


def hand_in(office: Asking, slot: datetime) -> None:
    """What the clock does when a slot is due."""
    wanted = weekly(CHANNEL)(slot)
    assert wanted is not None
    office.bot.jobs.submit(*wanted, key=f"{NAME}\0{slot.isoformat()}")


def test_it_is_due_on_mondays_at_nine() -> None:
    due = monday().get_next_fire_time(None, datetime(2026, 11, 19, 12, tzinfo=UTC))
    assert due == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert weekly("")(due) is None


def test_the_line_is_posted_once_for_its_slot(office: Asking) -> None:
    client = office.client()
    client.mention("does static linking break coverage?")
    answered(office.slack)
    client.mention("how do I cover a for loop in rust?")
    answered(office.slack, number=1)
    office.settle()
    slot = datetime.now(UTC) + timedelta(minutes=1)
    for _ in range(3):
        hand_in(office, slot)
    office.settle()
    (message,) = office.slack.by_bot(CHANNEL)
    assert ": 2 asked, 1 answered, 1 abstained; 0 proven solved, 0 escalated, 0 not helpful." in read(message)
    assert "%" not in read(message)


def test_a_week_without_questions_has_no_line(office: Asking) -> None:
    hand_in(office, datetime.now(UTC))
    office.settle()
    assert office.slack.by_bot(CHANNEL) == []


def test_whoever_asks_is_told(office: Asking) -> None:
    office.client().command("quality")
    office.slack.wait(lambda: office.slack.whispers)
    assert "none was asked" in office.slack.whispers[0]["text"]
