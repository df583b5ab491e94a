"""Modals and home tabs: whatever the texts, Slack takes them, and what was filled in comes back typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.localslack.reading import runs
from bot.localslack.views import state_of, view_faults
from bot.render.blocks import Block, Button, Confirm, Span, buttons, header, paragraph
from bot.render.inputs import (
    Choice,
    channel_input,
    checkboxes,
    date_input,
    multi_select,
    number_input,
    people_input,
    radio,
    select,
    text_input,
    time_input,
)
from bot.render.views import MAX_VIEW_BLOCKS, carried, errors, home, modal, section, values_of

EVIL = "<!channel> <@U123> <http://evil.example|here> *b* `c` \u202e 日本 😀 \x00 "
TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", " ", "\n", EVIL, EVIL * 200, "x" * 5_000, "\u200b", "日" * 3_001, "😀" * 80]),
)
NUMBER = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True, width=32))
CHOICES = st.lists(st.builds(Choice, TEXT, TEXT, TEXT), max_size=130).map(
    lambda c: [*c, Choice("one", "One")]
)
QUIET = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@QUIET
@given(TEXT, TEXT, TEXT, TEXT, st.integers(-5, 9_000), st.booleans())
def test_text_whatever_it_is(title: str, label: str, value: str, hint: str, most: int, long: bool) -> None:
    inputs = [
        text_input("a", label, value=value, hint=hint, placeholder=title, most=most, long=long),
        time_input("b", label, value=value, hint=hint, placeholder=title),
        date_input("c", label, value=value, hint=hint, placeholder=title),
        channel_input("d", label, chosen=value, hint=hint, placeholder=title),
        people_input("e", label, chosen=[value, "U1"], hint=hint, placeholder=title),
        section(value),
        header(value),
    ]
    view = modal(title, inputs, callback="x", submit=label, close=hint)
    assert list(view_faults(view)) == []
    assert list(view_faults(home(inputs))) == []


@QUIET
@given(CHOICES, st.lists(TEXT, max_size=5), TEXT, st.one_of(st.none(), st.integers(-3, 300)))
def test_choices_whatever_they_are(
    choices: list[Choice], chosen: list[str], text: str, most: int | None
) -> None:
    chosen = [*chosen, *(choice.value for choice in choices[:7])]
    inputs = [
        select("a", text, choices, chosen=chosen[0], hint=text, placeholder=text),
        multi_select("b", text, choices, chosen=chosen, most=most, hint=text, placeholder=text),
        checkboxes("c", text, choices, chosen=chosen, hint=text),
        radio("d", text, choices, chosen=chosen[0], hint=text),
    ]
    assert list(view_faults(modal(text, inputs, callback="x", submit=text))) == []


@QUIET
@given(NUMBER, NUMBER, NUMBER, st.booleans())
def test_numbers_whatever_they_are(
    value: float | None, one: float | None, two: float | None, whole: bool
) -> None:
    bounds = sorted(bound for bound in (one, two) if bound is not None and abs(bound) < 1e9)
    least, most = (bounds[0], bounds[1]) if len(bounds) == 2 else (None, None)
    view = modal("t", [number_input("a", "A", value=value, least=least, most=most, whole=whole)],
                 callback="x", submit="Go")  # fmt: skip
    assert list(view_faults(view)) == []


@QUIET
@given(st.lists(st.tuples(TEXT, TEXT), max_size=140))
def test_a_home_tab_of_any_length(rows: list[tuple[str, str]]) -> None:
    blocks: list[Block] = []
    for said, label in rows:
        sure = Confirm(label, said, label)
        blocks += [paragraph(Span(said, bold=True)), buttons(Button(label, "act", "v", confirm=sure))]
    shown = home(blocks)
    assert list(view_faults(shown)) == []
    if len(blocks) > MAX_VIEW_BLOCKS:
        assert len(shown["blocks"]) <= MAX_VIEW_BLOCKS
        assert "more than can be shown" in str(shown["blocks"][-1])
    assert {run["type"] for run in runs(shown["blocks"])} <= {"text"}


def everything() -> list[Block]:
    pets = [Choice("cat", "Cat", "meows"), Choice("dog")]
    return [
        text_input("text", "Text", value="  old  "),
        number_input("number", "Number", value=0.5, least=0, most=100),
        select("one", "One", pets, chosen="cat"),
        multi_select("many", "Many", pets, chosen=["dog"]),
        checkboxes("boxes", "Boxes", pets, optional=True),
        radio("radio", "Radio", pets),
        time_input("time", "Time", value="09:00"),
        date_input("date", "Date", value="2026-11-23"),
        channel_input("channel", "Channel", chosen="C1"),
        people_input("people", "People", chosen=["U1"]),
    ]


def filled(**typed: str | Sequence[str]) -> dict[str, Any]:
    view = modal("All", everything(), callback="x", submit="Save", metadata={"id": "a", "version": 3})
    assert list(view_faults(view)) == []
    return {**view, "state": state_of(view, typed)}


def test_what_was_shown_comes_back() -> None:
    values = values_of(filled())
    assert values.held == {
        "text": "old",
        "number": "0.5",
        "one": "cat",
        "many": ("dog",),
        "boxes": (),
        "radio": "",
        "time": "09:00",
        "date": "2026-11-23",
        "channel": "C1",
        "people": ("U1",),
    }
    assert carried(filled()) == {"id": "a", "version": 3}


def test_what_was_filled_in_comes_back() -> None:
    values = values_of(
        filled(text=" new ", one="dog", many=["cat", "dog"], boxes=["cat"], channel="", people=[])
    )
    assert (values.text("text"), values.text("one"), values.text("channel")) == ("new", "dog", "")
    assert (values.many("many"), values.many("boxes"), values.many("people")) == (
        ("cat", "dog"),
        ("cat",),
        (),
    )
    assert (values.text("nobody asked"), values.many("nobody asked")) == ("", ())
    assert (values.many("text"), values.many("channel"), values.text("many")) == (("new",), (), "cat, dog")


@pytest.mark.parametrize("held", ["", "no json", "[1]", "null"])
def test_a_view_that_carries_nothing(held: str) -> None:
    assert carried({"private_metadata": held}) == {}
    assert values_of({"state": None}).held == {}


def test_errors_stand_at_their_fields() -> None:
    said = errors({"time": "Write\nit as 09:00.", "text": "x" * 900})
    assert said["response_action"] == "errors"
    assert said["errors"]["time"] == "Write it as 09:00."
    assert len(said["errors"]["text"]) == 500
    with pytest.raises(ValueError, match="nothing wrong"):
        errors({})


@pytest.mark.parametrize(
    ("blocks", "submit", "says"),
    [
        ([text_input("a", "A"), text_input("a", "B")], "Go", "the same name"),
        ([text_input("a", "A")], None, "needs a button"),
        ([text_input(f"a{n}", "A") for n in range(101)], "Go", "so many inputs"),
    ],
)
def test_what_may_not_be_cut_is_refused(blocks: list[Block], submit: str | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        modal("T", blocks, callback="x", submit=submit)


def test_a_menu_without_choices_is_refused() -> None:
    for build in (select, multi_select, checkboxes, radio):
        with pytest.raises(ValueError, match="no option"):
            build("a", "A", [Choice(""), Choice("x" * 151)])
    with pytest.raises(ValueError, match="1 to 255"):
        text_input("", "A")
    with pytest.raises(ValueError, match="carry so much"):
        modal("T", [section("x")], callback="x", metadata={"a": "x" * 3_000})


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("text", {"type": "magic"}, "unsupported type: magic"),
        (
            "text",
            {"placeholder": {"type": "plain_text", "text": "x" * 151}},
            "/view/blocks/0/element/placeholder",
        ),
        (
            "boxes",
            {"placeholder": {"type": "plain_text", "text": "x"}},
            "invalid additional property",
        ),
        ("boxes", {"options": everything()[4]["element"]["options"] * 6}, "no more than 10 items allowed"),
        ("one", {"options": []}, "no fewer than 1 items allowed"),
        (
            "one",
            {"initial_option": {"text": {"type": "plain_text", "text": "Ant"}, "value": "ant"}},
            "must be one of the options",
        ),
        ("many", {"max_selected_items": 0}, "must be 1 or more"),
        ("number", {"initial_value": "200"}, "must lie between"),
        ("number", {"min_value": 0}, "must provide a string"),
        ("number", {"min_value": "low"}, "must provide a number"),
        ("number", {"is_decimal_allowed": None}, "missing required field: is_decimal_allowed"),
        ("time", {"initial_time": "9:00"}, "a time as HH:mm"),
        ("date", {"initial_date": "23.11.2026"}, "a day as YYYY-MM-DD"),
        ("channel", {"filter": {"include": ["secret"]}}, "unsupported kinds"),
    ],
)
def test_the_local_slack_refuses_elements_that_slack_refuses(
    name: str, change: dict[str, Any], says: str
) -> None:
    view = modal("All", everything(), callback="x", submit="Save")
    block = next(block for block in view["blocks"] if block["block_id"] == name)
    block["element"] = {**block["element"], **change}
    assert any(says in fault for fault in view_faults(view)), list(view_faults(view))
