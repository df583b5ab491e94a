"""The form of a schedule is read as people write, and what cannot be read is told what to write instead."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.slack_schedule import Filled
from handlers.schedule_form import About, judged

GOOD = Filled(
    channel="C0000001",
    services=("gateway",),
    others="",
    weekdays=("4", "0"),
    at="09:00",
    zone="Europe/Berlin",
    minimum="0.5",
    include=("chart", "moved"),
)
ABOUT = About("acme/shop")
KNOWN = ("cart", "data-storage", "gateway", "notification")


def test_a_filled_form_is_an_order() -> None:
    order, found = judged(GOOD, About("acme/shop", "s1", 3), KNOWN)
    assert found == {}
    assert (order.channel, order.repo, order.services) == ("C0000001", "acme/shop", ("gateway",))
    assert (order.weekdays, order.at, order.zone, order.minimum) == ((0, 4), "09:00", "Europe/Berlin", 0.5)
    assert (order.include, order.id, order.version) == (("moved", "chart"), "s1", 3)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9", "09:00"),
        ("9:05", "09:05"),
        ("09.30", "09:30"),
        ("0930", "09:30"),
        ("17h15", "17:15"),
        ("9am", "09:00"),
        ("12 AM", "00:00"),
        ("12pm", "12:00"),
        ("9:30 pm", "21:30"),
        ("23:59", "23:59"),
        ("0:00", "00:00"),
    ],
)
def test_times_are_read_as_people_write_them(written: str, read: str) -> None:
    order, found = judged(replace(GOOD, at=written), ABOUT, KNOWN)
    assert (order.at, found) == (read, {})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("at", "", "Write the time of day, as 09:00."),
        ("at", "24:00", "'24:00' is no time. Write it as 09:00."),
        ("at", "13pm", "'13pm' is no time. Write it as 09:00."),
        ("at", "in the morning", "'in the morning' is no time. Write it as 09:00."),
        (
            "at",
            "0 9 * * 1-5",
            "This is a cron expression. Write 09:00 here, and tick Monday to Friday above.",
        ),
        ("at", "30 17 * * SUN,WED", "Write 17:30 here, and tick Wednesday and Sunday above."),
        ("at", "0 9 * * *", "Write 09:00 here, and tick all weekdays above."),
        ("at", "*/15 9 * * 1", "Write the time of day here, as 09:00, and tick the weekdays above."),
        ("at", "0 9 1 * *", "This is a cron expression. Write the time of day here"),
        ("at", "0 0 9 ? * MON-FRI", "This is a cron expression. Write the time of day here"),
        ("zone", "", "Write a time zone, as Europe/Berlin, or UTC."),
        ("zone", "Europe/Berln", "'Europe/Berln' is no time zone. Did you mean Europe/Berlin?"),
        ("zone", "GMT+2", "An offset knows no summer time."),
        ("zone", "+05:30", "An offset knows no summer time."),
        ("zone", "../../etc/passwd", "is no time zone."),
        ("minimum", "", "from 0 to 100"),
        ("minimum", "much", "from 0 to 100"),
        ("minimum", "-1", "from 0 to 100"),
        ("minimum", "101", "from 0 to 100"),
        ("minimum", "nan", "from 0 to 100"),
        ("weekdays", (), "Choose at least one weekday."),
        ("channel", "", "Choose the channel to post in."),
        ("others", "gatway", "I know no service gatway. Did you mean gateway? If not, write it in quotes"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: object, says: str) -> None:
    _, found = judged(replace(GOOD, **{field: value}), ABOUT, KNOWN)  # type: ignore[arg-type]
    assert list(found) == [field]
    assert says in found[field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    bad = Filled("", (), "gatway", (), "later", "Mars/Olympus", "lots", ())
    _, found = judged(bad, ABOUT, KNOWN)
    assert sorted(found) == ["at", "channel", "minimum", "others", "weekdays", "zone"]


@pytest.mark.parametrize(
    ("typed", "services"),
    [
        ("cart, notification", ("gateway", "cart", "notification")),
        ("Data_Storage cart", ("gateway", "data-storage", "cart")),
        ('"gatway" "two words"', ("gateway", "gatway", "two words")),
        ("toolset", ("gateway", "toolset")),
        (" , ;\n", ("gateway",)),
        ("gateway gateway", ("gateway",)),
    ],
)
def test_other_services_are_names(typed: str, services: tuple[str, ...]) -> None:
    order, found = judged(replace(GOOD, others=typed), ABOUT, KNOWN)
    assert (order.services, found) == (services, {})


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Asia/Kolkata", "Asia/Kolkata"),
    ],
)
def test_zones_are_read_as_people_write_them(written: str, zone: str) -> None:
    order, found = judged(replace(GOOD, zone=written), ABOUT, KNOWN)
    assert (order.zone, found) == (zone, {})


def test_a_city_that_two_zones_have_is_asked_about() -> None:
    _, found = judged(replace(GOOD, zone="Louisville"), ABOUT, KNOWN)
    assert "is no time zone. Did you mean America/" in found["zone"]


def test_a_comma_is_a_decimal_point_too() -> None:
    order, found = judged(replace(GOOD, minimum="1,5"), ABOUT, KNOWN)
    assert (order.minimum, found) == (1.5, {})


def test_too_many_services_are_refused() -> None:
    _, found = judged(replace(GOOD, others=" ".join(f'"n{n}"' for n in range(300))), ABOUT, KNOWN)
    assert "at most 200 services" in found["services"]
    _, found = judged(replace(GOOD, services=(), others=" ".join(f'"n{n}"' for n in range(300))), ABOUT, ())
    assert "at most 200 services" in found["others"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_read_or_told_what_to_write(at: str, zone: str, others: str, minimum: str) -> None:
    form = replace(GOOD, at=at.strip(), zone=zone.strip(), others=others.strip(), minimum=minimum.strip())
    order, found = judged(form, ABOUT, KNOWN)
    assert set(found) <= {"at", "zone", "others", "minimum", "services"}
    assert found or math.isfinite(order.minimum)
