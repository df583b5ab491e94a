"""The form and the list of schedules: within Slack's limits whatever is in them, and in plain words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.localslack.limits import message_error
from bot.localslack.reading import reading, runs
from bot.localslack.views import state_of, view_faults
from bot.render.slack_schedule import (
    Filled,
    Shown,
    days,
    filled,
    offer_post,
    schedule_view,
    schedules_post,
    when,
)

EVIL = "<!channel> <@U123> <http://evil.example|here> *b* `c` \u202e 日本 😀 \x00 "
TEXT = st.one_of(st.text(max_size=60), st.sampled_from(["", EVIL, EVIL * 12, "x" * 900, '"', "a b"]))
SHOWN = st.builds(
    Shown,
    repo=TEXT,
    channel=st.one_of(st.none(), TEXT, st.sampled_from(["C0000001", "D0000001", "U0000001"])),
    services=st.lists(TEXT, max_size=40).map(tuple),
    weekdays=st.lists(st.integers(-3, 9), max_size=9).map(tuple),
    at=TEXT,
    zone=TEXT,
    minimum=st.floats(width=32),
    include=st.lists(TEXT, max_size=6).map(tuple),
    id=st.text("0123456789abcdef", min_size=1, max_size=32),
    by=st.one_of(st.none(), st.just("U1")),
    paused=st.booleans(),
    next_at=TEXT,
    last=TEXT,
)
QUIET = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
METADATA = {"repo": "acme/shop", "id": "", "version": 0, "here": "C1", "url": None}
GOOD = Shown("acme/shop", "C0000001", weekdays=(0, 3), zone="Europe/Berlin", id="s1", by="U1")


@QUIET
@given(SHOWN, st.lists(TEXT, max_size=150))
def test_the_form_is_one_that_slack_takes(shown: Shown, known: list[str]) -> None:
    view = schedule_view(shown, known, METADATA)
    assert list(view_faults(view)) == []


@QUIET
@given(st.lists(SHOWN, max_size=30), TEXT)
def test_the_list_is_one_message_and_nothing_in_it_acts(found: list[Shown], where: str) -> None:
    post = schedules_post(found, where)
    assert message_error(post.payload()) is None
    assert {run["type"] for run in runs(post.blocks)} <= {"text", "user", "channel"}
    assert not [run for run in runs(post.blocks) if run["type"] == "user" and run["user_id"] != "U1"]
    assert reading(post.blocks).endswith("[New schedule]")


def test_of_many_schedules_the_rest_is_counted() -> None:
    post = schedules_post([replace(GOOD, id=f"s{n}") for n in range(60)], "This channel")
    told = reading(post.blocks)
    shown = told.count("[Remove]")
    assert f"{60 - shown} more schedules cannot be shown here." in told
    assert shown >= 8


def test_what_was_shown_comes_back() -> None:
    shown = replace(GOOD, services=("cart", "two words", "x" * 160), include=("chart",), minimum=1.5)
    view = schedule_view(shown, ["cart", "queue"], METADATA)
    assert filled({**view, "state": state_of(view, {})}) == Filled(
        channel="C0000001",
        services=("cart",),
        others=f'"two words" {"x" * 160}',
        weekdays=("0", "3"),
        at="09:00",
        zone="Europe/Berlin",
        minimum="1.5",
        include=("chart",),
    )


def test_a_form_without_known_services_asks_for_names() -> None:
    labels = {b["block_id"]: b["label"]["text"] for b in schedule_view(GOOD, [], METADATA)["blocks"][1:]}
    assert "services" not in labels
    assert labels["others"] == "Services"


@pytest.mark.parametrize(
    ("weekdays", "said"),
    [
        ((0,), "Monday"),
        ((5, 6), "Saturday and Sunday"),
        ((0, 2, 4), "Monday, Wednesday and Friday"),
        ((4, 3, 2, 1, 0), "Monday to Friday"),
        (range(7), "every day"),
        ((), "no day"),
    ],
)
def test_days_in_words(weekdays: tuple[int, ...], said: str) -> None:
    assert days(weekdays) == said
    assert when(weekdays, "09:00", "UTC") == f"{said} at 09:00, UTC"


def test_a_schedule_in_the_list() -> None:
    shown = replace(
        GOOD, next_at="Monday 30 November at 09:00", last="last posted on Monday 23 November at 09:00"
    )
    assert reading(schedules_post([shown], "This channel").blocks) == (
        "This channel has 1 schedule\n"
        "Monday and Thursday at 09:00, Europe/Berlin\n"
        "acme/shop, all services, moves of 0.5 points or more\n"
        "Set up by @U1; last posted on Monday 23 November at 09:00; next on Monday 30 November at 09:00\n"
        "[Edit] [Pause] [Post now] [Remove]\n"
        "[New schedule]"
    )
    paused = replace(shown, paused=True, include=("moved", "chart"), services=("cart",), last="", by=None)
    told = reading(schedules_post([paused], "This channel").blocks)
    assert (
        "Europe/Berlin · paused\nacme/shop, cart, moves of 0.5 points or more, only what moved, chart\n[Edit]"
        in told
    )
    assert "[Resume]" in told


def test_nothing_and_the_offer() -> None:
    none = schedules_post([], "This channel")
    assert reading(none.blocks).startswith("This channel has no schedule. /covcheck schedule sets one up.")
    assert message_error(offer_post(None).payload()) is None
    assert message_error(offer_post("o" * 39 + "/" + "n" * 100).payload()) is None
