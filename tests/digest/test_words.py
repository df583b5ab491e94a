"""The words of a digest: what the design shows, and what must never be said."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.build import build_digest
from bot.digest.model import Blocked
from bot.digest.words import bar, figure, headline, moved_line, no_data_line, reason, signed, sparkline
from tests.digest.test_build import DAY, WEEK, history
from tests.digest.test_build import figure as measured


def test_the_headline_and_the_lines_of_the_design() -> None:
    digest = build_digest(
        [
            history("gateway", measured("gateway", 99, 658), measured("gateway", 103, 721)),
            history("notification", blocked=Blocked("collect-before-exit", "x", 102 * DAY)),
            history("toolset"),
        ],
        WEEK,
    )
    assert headline(digest) == "E2E coverage, week 16 · 1 of 3 services reported · 72.1% (+6.3)"
    assert moved_line(digest.moved[0]) == "▲ gateway 72.1 (+6.3: pkg/a +6.3 at ccccccc)"
    assert [no_data_line(each) for each in digest.no_data] == [
        "notification (collect-before-exit since 13 April)",
        "toolset (no run)",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [("a" * 40, "b" * 40, " in aaaaaaa..bbbbbbb"), (None, "b" * 40, " until bbbbbbb"), ("a" * 40, None, "")],
)
def test_no_single_commit_is_blamed(before: str | None, after: str | None, shown: str) -> None:
    old, new = measured("gateway", 99, 658), measured("gateway", 103, 721)
    digest = build_digest([history("gateway", replace(old, commit=before), replace(new, commit=after))], WEEK)
    assert reason(digest.moved[0]) == f"pkg/a +6.3{shown}"


def test_no_data_is_never_a_percent() -> None:
    digest = build_digest([history("toolset")], WEEK)
    assert headline(digest) == "E2E coverage, week 16 · 0 of 1 service reported · no data"
    assert "%" not in headline(digest)


@pytest.mark.parametrize(
    ("percent", "shown"), [(0.0, "0.0"), (0.001, "0.1"), (99.99, "99.9"), (100.0, "100.0")]
)
def test_all_and_nothing_are_said_only_when_it_is_so(percent: float, shown: str) -> None:
    assert figure(percent) == shown


@given(st.floats(0, 100))
def test_a_bar_is_full_or_empty_only_at_the_ends(percent: float) -> None:
    drawn = bar(percent)
    assert len(drawn) == 10
    assert (drawn == "█" * 10) == (percent == 100)
    assert (drawn == "░" * 10) == (percent == 0)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=12))
def test_a_sparkline_rises_where_the_figures_rise(values: list[float]) -> None:
    drawn = sparkline(tuple(values))
    assert len(drawn) == len(values)
    for (a, b), (x, y) in zip(pairwise(values), pairwise(drawn), strict=True):
        assert (a <= b) <= (x <= y)


def test_little_moves_look_little() -> None:
    assert sparkline((50.0, 50.1)) in ("▄▅", "▄▄", "▅▅")
    assert sparkline((50.0,)) == ""
    assert signed(0.01) == "±0.0"
