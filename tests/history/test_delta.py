"""What moved between two figures, and which two are held against each other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.history.delta import at_date, base, delta, previous
from bot.history.model import Figure, PackageFigure, Source


def figure(id: str, at: float = 0.0, *, branch: str | None = "main", **packages: tuple[int, int]) -> Figure:
    rows = tuple(PackageFigure(path, *sums) for path, sums in packages.items())
    statements, covered = sum(r.statements for r in rows), sum(r.covered for r in rows)
    return Figure(
        id, "acme/shop", "gateway", at, Source.RUN, statements, covered, branch=branch, packages=rows
    )


def test_a_package_that_lost_coverage_moved_the_figure() -> None:
    before = figure("1", cart=(100, 80), audit=(100, 60))
    after = figure("2", cart=(100, 80), audit=(100, 40))
    found = delta(before, after)
    assert found.points == pytest.approx(-10.0)
    assert [(m.path, round(m.points, 3)) for m in found.movers] == [("audit", -10.0)]


def test_a_new_package_is_named_with_what_it_did() -> None:
    found = delta(figure("1", cart=(100, 50)), figure("2", cart=(100, 50), ratelimit=(100, 100)))
    assert [(m.path, m.before, round(m.points, 3)) for m in found.movers] == [("ratelimit", None, 25.0)]


def test_a_package_that_is_gone_moved_it_too() -> None:
    found = delta(figure("1", cart=(100, 50), old=(100, 0)), figure("2", cart=(100, 50)))
    assert [(m.path, m.after, round(m.points, 3)) for m in found.movers] == [("old", None, 25.0)]


def test_no_statements_are_no_data_and_not_zero() -> None:
    assert delta(figure("1"), figure("2", cart=(10, 5))).points is None
    assert delta(figure("1", cart=(10, 5)), figure("2")).points is None


def test_nothing_moved_is_nothing_said() -> None:
    found = delta(figure("1", cart=(10, 5)), figure("2", cart=(10, 5)))
    assert (found.points, found.movers) == (0.0, ())


SUMS = st.integers(0, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
PACKAGES = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), SUMS)


@given(PACKAGES, PACKAGES)
def test_movers_are_only_packages_that_changed_and_the_strongest_come_first(
    old: dict[str, tuple[int, int]], new: dict[str, tuple[int, int]]
) -> None:
    found = delta(figure("1", **old), figure("2", **new))
    changed = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    assert {mover.path for mover in found.movers} <= changed
    strengths = [abs(mover.points) for mover in found.movers]
    assert strengths == sorted(strengths, reverse=True)


@given(SUMS.filter(lambda s: s[0] > 0), SUMS.filter(lambda s: s[0] > 0))
def test_one_package_alone_moved_all_of_it(old: tuple[int, int], new: tuple[int, int]) -> None:
    found = delta(figure("1", a=old, b=(100, 30)), figure("2", a=new, b=(100, 30)))
    assert sum(mover.points for mover in found.movers) == pytest.approx(found.points or 0.0, abs=0.006)


def test_which_figure_is_compared_with() -> None:
    now = figure("now", 100.0, branch="retry", a=(10, 5))
    older = [
        figure("m1", 10.0, a=(10, 5)),
        figure("m2", 90.0, a=(10, 5)),
        figure("m3", 110.0, a=(10, 5)),
        figure("r1", 50.0, branch="retry", a=(10, 5)),
        replace(figure("other", 99.0, branch="retry", a=(10, 5)), service="cart"),
        now,
    ]
    assert previous(older, now) is older[3]
    assert base(older, now, "main") is older[1]
    assert at_date(older, now, 60.0) is older[3]
    assert at_date(older, now, 40.0) is None
    assert previous([], now) is None
