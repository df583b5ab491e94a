"""A service's history out of the store: against the previous figure, the branch's base, and a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import RefNotFound, UsageError
from bot.history.model import Figure, PackageFigure, Source
from bot.history.thinning import DAY
from bot.repo.branches import MergeBase
from bot.store.answers import Store
from bot.story.gather import gather
from bot.story.model import Against, AskedStory, Compared, Story

ASKED = AskedStory("acme/shop", "gateway")


def figure(day: float, covered: int, branch: str | None = "main", source: Source = Source.PUSH) -> Figure:
    return Figure(
        f"{branch}-{day}",
        "acme/shop",
        "gateway",
        day * DAY,
        source,
        1_000,
        covered,
        f"{int(day):07x}".ljust(40, "0"),
        branch,
        (PackageFigure("acme/shop/a", 600, covered // 2), PackageFigure("acme/shop/b", 400, covered // 2)),
    )


class Known:
    """Branches that know what they are told."""

    def __init__(self, default: str | None = "main", base: MergeBase | None = None) -> None:
        self._default = default
        self._base = base

    def default(self) -> str | None:
        return self._default

    def merge_base(self, base: str, head: str) -> MergeBase:
        if self._base is None:
            raise RefNotFound(f"There is no {base}.")
        return self._base


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = f"sqlite:///{tmp_path / 'covcheck.sqlite'}"
    made = Store(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield made
    made.close()


def keep(store: Store, *figures: Figure) -> None:
    for each in figures:
        store.history.keep(each)


def compared(story: Story, against: Against) -> Compared:
    return next(each for each in story.compared if each.against == against)


def test_the_main_branch_against_its_previous_figure_with_the_packages_that_moved(store: Store) -> None:
    keep(store, figure(10, 500), figure(11, 600), figure(12, 100, "retry"))
    story = gather(store, ASKED)
    assert (story.branch, story.base, [f.covered for f in story.figures]) == ("main", None, [500, 600])
    found = compared(story, Against.PREVIOUS).delta
    assert found is not None
    assert found.points == pytest.approx(10.0)
    assert [mover.path for mover in found.movers] == ["acme/shop/a", "acme/shop/b"]
    assert len(story.compared) == 1


def test_a_run_that_named_no_branch_is_of_the_default_one(store: Store) -> None:
    keep(store, figure(10, 500), figure(11, 600, None, Source.RUN), figure(12, 1, None))
    assert [f.covered for f in gather(store, ASKED).figures] == [500, 600]
    assert [f.branch for f in gather(store, ASKED).figures] == ["main", "main"]
    told = gather(store, ASKED, Known("develop"))
    assert (told.branch, [f.covered for f in told.figures]) == ("develop", [600])


def test_a_branch_is_held_against_the_figure_at_its_merge_base(store: Store) -> None:
    keep(store, figure(10, 500), figure(12, 600), figure(14, 700), figure(15, 650, "retry"))
    asked = replace(ASKED, branch="retry")
    base = Known(base=MergeBase(figure(12, 0).commit or "", 11.5 * DAY))
    found = compared(gather(store, asked, base), Against.BASE)
    assert found.delta is not None
    assert found.delta.before.covered == 600
    assert found.delta.points == pytest.approx(5.0)
    assert found.how == "main at the merge base 000000c"


def test_without_one_there_the_last_before_it_is_taken_and_it_is_said(store: Store) -> None:
    keep(store, figure(10, 500), figure(14, 700), figure(15, 650, "retry"))
    asked = replace(ASKED, branch="retry")
    found = compared(gather(store, asked, Known(base=MergeBase("f" * 40, 12 * DAY))), Against.BASE)
    assert found.delta is not None
    assert found.delta.before.covered == 500
    assert found.how == "the last figure of main before the merge base fffffff, which has none"
    early = compared(gather(store, asked, Known(base=MergeBase("f" * 40, 1 * DAY))), Against.BASE)
    assert (early.delta, early.why) == (
        None,
        "There is no figure of main at the merge base fffffff or before it.",
    )


def test_where_the_repo_cannot_tell_the_latest_before_is_taken_and_it_is_said(store: Store) -> None:
    keep(store, figure(10, 500), figure(14, 700), figure(15, 650, "retry"), figure(16, 1))
    asked = replace(ASKED, branch="retry")
    for branches, why in ((None, "was not asked"), (Known(), "is not known: There is no main")):
        found = compared(gather(store, asked, branches), Against.BASE)
        assert found.delta is not None
        assert found.delta.before.covered == 700
        assert found.how.startswith("the last figure of main before this one; ")
        assert why in found.how


def test_a_day_and_another_base(store: Store) -> None:
    keep(store, figure(10, 500), figure(12, 600), figure(14, 700), figure(9, 100, "release"))
    story = gather(store, replace(ASKED, since=13 * DAY, base="release"))
    since, base = compared(story, Against.SINCE), compared(story, Against.BASE)
    assert since.delta is not None
    assert since.delta.before.covered == 600
    assert base.delta is not None
    assert base.delta.before.covered == 100
    early = compared(gather(store, replace(ASKED, since=5 * DAY)), Against.SINCE)
    assert early.why == "There is no figure of the branch until 6 January: its first is of 11 January."
    late = compared(gather(store, replace(ASKED, since=20 * DAY)), Against.SINCE)
    assert late.why == "There is no figure of the branch after 21 January."


def test_what_is_not_known_names_what_is(store: Store) -> None:
    with pytest.raises(UsageError, match="no figure of acme/shop yet"):
        gather(store, ASKED)
    keep(store, figure(10, 500), figure(12, 100, "retry"))
    with pytest.raises(UsageError, match="named 'gatewy'") as wrong:
        gather(store, replace(ASKED, service="gatewy"))
    assert wrong.value.hint == "There are figures of gateway."
    with pytest.raises(UsageError, match="no figure of gateway on nope") as wrong:
        gather(store, replace(ASKED, branch="nope"))
    assert wrong.value.hint == "There are figures on retry, main."


def test_a_figure_without_statements_is_no_data(store: Store) -> None:
    keep(store, figure(10, 500), replace(figure(11, 0), statements=0, covered=0, packages=()))
    assert [f.covered for f in gather(store, ASKED).figures] == [500]
