"""Figures on both engines: found again as they were, kept once, thinned with age."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import inspect

from bot.errors import StoreError
from bot.history.model import Figure, PackageFigure, Source
from bot.history.thinning import DAY, Retention
from bot.store.answers import Store
from bot.store.engine import open_engine
from bot.store.history import MAX_PACKAGES
from bot.store.history_tables import FIGURES

NOW = 20_000 * DAY
PACKAGES = (PackageFigure("acme/shop/a ✓", 7_000_000_000, 10), PackageFigure("acme/shop/b", 5, 5))
ONE = Figure(
    "f1", "acme/shop", "gateway", NOW, Source.PUSH, 7_000_000_005, 15, "4f2c1e7" * 5, "main", PACKAGES
)


def test_a_figure_is_found_again_as_it_was(store: Store) -> None:
    assert store.history.keep(replace(ONE, repo="Acme/Shop"))
    assert not store.history.keep(replace(ONE, covered=1))
    assert store.history.figures("ACME/shop", "gateway") == (ONE,)
    assert store.history.services("acme/shop") == ("gateway",)
    assert store.history.services("acme/other") == ()


def test_figures_by_service_branch_and_time_oldest_first(store: Store) -> None:
    for number in range(6):
        branch, service = ("main", "retry")[number % 2], "cart" if number == 5 else "gateway"
        store.history.keep(replace(ONE, id=f"{number}", at=NOW + number, branch=branch, service=service))

    def ids(**wanted: object) -> list[str]:
        return [figure.id for figure in store.history.figures("acme/shop", **wanted)]  # type: ignore[arg-type]

    assert ids() == ["0", "1", "2", "3", "4", "5"]
    assert ids(service="gateway", branch="main") == ["0", "2", "4"]
    assert ids(since=NOW + 2, until=NOW + 4) == ["2", "3"]
    assert ids(limit=2) == ["4", "5"]


def test_the_latest_of_the_main_branch_and_of_runs_that_named_none(store: Store) -> None:
    for number, (branch, source) in enumerate(
        [("main", Source.PUSH), ("retry", Source.PUSH), (None, Source.RUN), (None, Source.PUSH)] * 3
    ):
        store.history.keep(replace(ONE, id=f"{number}", at=NOW + number, branch=branch, source=source))
    store.history.keep(replace(ONE, id="cart", service="cart"))

    def ids(main: str | None, limit: int) -> list[str]:
        found = store.history.recent("ACME/shop", ["gateway", "none"], main, limit)
        assert found["none"] == ()
        return [figure.id for figure in found["gateway"]]

    assert store.history.branches("acme/Shop") == {"main": 4, "retry": 3, None: 6}
    assert ids("main", 50) == ["0", "2", "4", "6", "8", "10"]
    assert ids("main", 3) == ["6", "8", "10"]
    assert ids(None, 50) == ["2", "3", "6", "7", "10", "11"]


def test_what_is_no_figure_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="11 of 10 statements"):
        store.history.keep(replace(ONE, statements=10, covered=11))
    assert store.history.count() == 0


def test_of_very_many_packages_the_largest_are_kept(store: Store) -> None:
    many = tuple(PackageFigure(f"p{n}", n, 0) for n in range(MAX_PACKAGES + 10))
    store.history.keep(replace(ONE, packages=many))
    kept = store.history.figures("acme/shop")[0].packages
    assert (len(kept), min(p.statements for p in kept)) == (MAX_PACKAGES, 10)


def test_thinning_forgets_what_may_go_and_nothing_else(store: Store) -> None:
    for number in range(700):
        store.history.keep(replace(ONE, id=f"{number}", at=NOW - number * DAY / 4, packages=()))
    gone = store.history.thin(NOW, Retention(all_days=10, daily_days=60, weekly_days=120))
    left = store.history.figures("acme/shop")
    assert gone == 700 - len(left)
    assert 41 + 50 + 8 <= len(left) <= 41 + 52 + 11
    assert store.history.thin(NOW, Retention(all_days=10, daily_days=60, weekly_days=120)) == 0


def test_the_table_is_as_it_is_declared(url: str) -> None:
    engine = open_engine(url)
    found = {column["name"]: column["nullable"] for column in inspect(engine).get_columns("figures")}
    assert found == {column.name: column.nullable for column in FIGURES.c}
    assert {i["name"] for i in inspect(engine).get_indexes("figures")} == {i.name for i in FIGURES.indexes}
    engine.dispose()
