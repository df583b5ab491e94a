"""Home tabs and forms: whatever they are to say, Slack takes them, and nothing that is quoted acts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.localslack.reading import reading, runs
from bot.localslack.views import view_faults
from bot.render.inputs import Choice
from bot.render.slack_forms import (
    Saveable,
    answer_form,
    ask_form,
    check_form,
    compare_form,
    help_form,
    save_form,
)
from bot.render.slack_home import LINED, SHOWN, HomeView, Line, ServiceRow, home_view, told_home
from bot.render.slack_schedule import Shown

EVIL = "<!channel> <@U123> <http://evil.example|here> *b* `c` \u202e 日本 😀 \x00 "
TEXT = st.one_of(
    st.text(max_size=40), st.sampled_from(["", " ", "\n", EVIL, EVIL * 200, "x" * 5_000, "\u200b", "😀" * 80])
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ROW = st.builds(
    ServiceRow,
    service=TEXT,
    repo=TEXT,
    key=st.text(min_size=1, max_size=400),
    status=st.sampled_from([None, "FOUND", "CLEAR", "INCONCLUSIVE", "ELSE"]),
    said=TEXT,
    when=TEXT,
    coverage=TEXT,
)
LINE = st.builds(
    Line, about=TEXT, said=TEXT, url=st.sampled_from([None, "https://x.example/p1", "javascript:1"])
)
SCHEDULE = st.builds(
    Shown,
    repo=TEXT,
    channel=st.sampled_from(["C0CHANNEL1", "D1", "U1", ""]),
    services=st.lists(TEXT, max_size=12).map(tuple),
    id=st.text(min_size=1, max_size=64),
    next_at=TEXT,
    last=TEXT,
    paused=st.booleans(),
)
VIEW = st.builds(
    HomeView,
    services=st.lists(ROW, max_size=12).map(tuple),
    followed=st.booleans(),
    runs=st.lists(LINE, max_size=6).map(tuple),
    cases=st.lists(LINE, max_size=8).map(tuple),
    schedules=st.lists(SCHEDULE, max_size=6).map(tuple),
    as_of=TEXT,
    note=TEXT,
    live=st.booleans(),
    live_note=TEXT,
    more_schedules=st.integers(0, 100),
)
ROWS = tuple(
    ServiceRow(f"{EVIL}{n}" * 3, "a/b", "k" * 900, "FOUND", EVIL * 50, EVIL, EVIL) for n in range(200)
)
FULL = HomeView(
    ROWS,
    True,
    tuple(Line(EVIL, EVIL * 50) for _ in range(6)),
    tuple(Line(EVIL, EVIL * 50) for _ in range(8)),
    tuple(Shown(EVIL * 9, "C0CHANNEL1", (EVIL * 9,) * 40, id="s" * 64) for _ in range(6)),
    "now",
    EVIL * 50,
    True,
    EVIL * 50,
    50,
)


def faults(view: dict[str, Any]) -> list[str]:
    return list(view_faults(view))


class TestHome:
    @QUICK
    @given(VIEW)
    def test_slack_takes_whatever_it_says(self, shown: HomeView) -> None:
        view = home_view(shown)
        assert faults(view) == []
        assert {run["type"] for run in runs(view["blocks"])} <= {"text", "link", "user", "channel"}

    def test_everything_at_once_fits_and_nothing_is_left_out(self) -> None:
        view = home_view(FULL)
        assert faults(view) == []
        said = reading(view["blocks"])
        assert "There is more than can be shown here" not in said
        assert said.count("[Unfollow]") == SHOWN
        assert f"and {len(ROWS) - SHOWN - LINED} more" in said
        assert "50 more schedules" in said
        assert said.endswith("As of now.")

    def test_what_cannot_be_done_is_not_offered(self) -> None:
        row = ServiceRow("gateway", "a/b", "k", None, "Not checked yet.", "", "no data")
        shown = HomeView((row,), True, (), (), (), "now", live=False, live_note="Ask in a channel.")
        said = reading(home_view(shown)["blocks"])
        assert "[Live run]" not in said
        assert "Ask in a channel." in said

    @QUICK
    @given(TEXT, TEXT, TEXT)
    def test_a_single_sentence(self, text: str, hint: str, request_id: str) -> None:
        assert faults(told_home(text, hint, request_id)) == []


CHOICES = st.lists(st.builds(Choice, value=TEXT, label=TEXT), max_size=150)


class TestForms:
    @QUICK
    @given(CHOICES, TEXT)
    def test_of_checks_and_comparisons(self, known: list[Choice], text: str) -> None:
        assert faults(check_form(known, text)) == []
        assert faults(compare_form(text, known, "k" * 900)) == []

    @QUICK
    @given(TEXT)
    def test_of_requests_and_questions(self, repo: str) -> None:
        for view in (answer_form(repo), ask_form(), help_form()):
            assert faults(view) == []

    @QUICK
    @given(
        st.lists(
            st.builds(Saveable, case_id=st.text(min_size=1, max_size=64), about=TEXT, said=TEXT), max_size=10
        )
    )
    def test_of_threads(self, threads: list[Saveable]) -> None:
        assert faults(save_form(threads)) == []

    @pytest.mark.parametrize("known", [[], [Choice("v" * 151)]])
    def test_without_anything_to_offer_there_is_a_field(self, known: list[Choice]) -> None:
        kinds = [b["element"]["type"] for b in check_form(known, "")["blocks"]]
        assert "static_select" not in kinds
