"""Figures of a profile: in all, by package, by file."""

from __future__ import annotations

import pytest

from bot.covdata import load, report
from bot.covdata.summary import Row, shown_percent, summarize, worst_files
from tests.covdata.gomodule import Lab
from tests.covdata.profiles import SHOP, profile, shop


def test_the_figures_of_a_shop() -> None:
    summary = summarize(shop())
    assert (summary.statements, summary.covered) == (400, 223)
    assert [p.path for p in summary.packages] == [f"{SHOP}/{p}" for p in ("cart", "cmd", "store", "types")]
    assert summary.packages[0].files == (
        Row(f"{SHOP}/cart/cart.go", 80, 60),
        Row(f"{SHOP}/cart/price.go", 20, 0),
    )
    assert [f.path for f in summary.files] == sorted(f.path for f in summary.files)


def test_a_package_without_statements_has_no_percent() -> None:
    empty = summarize(shop()).packages[-1]
    assert (empty.statements, empty.percent, empty.files) == (0, None, ())


def test_the_worst_files_are_those_with_most_that_never_ran() -> None:
    summary = summarize(shop())
    assert [(f.path.rpartition("/")[2], f.uncovered) for f in worst_files(summary, 3)] == [
        ("sql.go", 87),
        ("store.go", 50),
        ("cart.go", 20),
    ]
    assert f"{SHOP}/cmd/main.go" not in [f.path for f in worst_files(summary, 99)]


def test_nothing_at_all() -> None:
    summary = summarize(profile())
    assert (summary.statements, summary.percent, worst_files(summary, 5)) == (0, None, ())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "no statements"),
        (0.0, "0.0%"),
        (0.01, "0.1%"),
        (99.99, "99.9%"),
        (100.0, "100.0%"),
        (61.26, "61.3%"),
    ],
)
def test_a_percent_is_whole_or_nothing_only_when_it_is(value: float | None, shown: str) -> None:
    assert shown_percent(value) == shown


def test_real_data_sums_to_what_go_reports(lab: Lab) -> None:
    profile = load([lab.data["set"], lab.data["two"]])
    summary = summarize(profile)
    assert f"{summary.percent:.1f}%" in report.func(profile).splitlines()[-1]
    assert summary.statements == sum(f.statements for f in summary.files)
    for row, package in zip(summary.packages, profile.packages.values(), strict=True):
        assert (row.statements, row.covered) == (package.statements, package.covered)
        assert row.covered == sum(f.covered for f in row.files)
