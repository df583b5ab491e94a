"""What is forgotten with age, and what never is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.history.model import Figure, Source
from bot.history.thinning import DAY, Retention, forgettable

NOW = 20_000 * DAY
KEEP = Retention(all_days=30, daily_days=365, weekly_days=730)


def at(days_ago: float, service: str = "gateway") -> Figure:
    return Figure(f"{service}-{days_ago}", "acme/shop", service, NOW - days_ago * DAY, Source.RUN, 10, 5)


def gone(*figures: Figure) -> set[str]:
    return {figure.id for figure in forgettable(figures, NOW, KEEP)}


def test_young_figures_all_stay() -> None:
    assert gone(at(0.1), at(0.2), at(29.9)) == set()


def test_later_the_last_of_each_day_stays() -> None:
    assert gone(at(1), at(40.1), at(40.2), at(40.3), at(41.5)) == {"gateway-40.2", "gateway-40.3"}


def test_later_still_the_last_of_each_week_stays() -> None:
    week = [at(400 + day) for day in range(7)]
    assert 5 <= len(gone(at(1), *week)) <= 6


def test_the_oldest_go() -> None:
    assert gone(at(1), at(731)) == {"gateway-731"}


def test_the_last_word_of_a_service_stays_whatever_its_age() -> None:
    assert gone(at(5_000), at(5_001), at(1, "cart")) == {"gateway-5001"}


def test_branches_are_apart() -> None:
    other = replace(at(40.2), id="branch", branch="retry")
    assert gone(at(1), at(40.1), other) == set()


@given(st.lists(st.integers(0, 900 * 24), unique=True, max_size=60))
def test_thinning_twice_takes_nothing_more(hours: list[int]) -> None:
    figures = [at(hour / 24) for hour in hours]
    lost = gone(*figures)
    assert gone(*(figure for figure in figures if figure.id not in lost)) == set()
    assert not figures or len(lost) < len(figures)
