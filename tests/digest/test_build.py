"""What a digest says, and when it says nothing."""

from __future__ import annotations

import datetime

import pytest

from bot.digest.build import build_digest
from bot.digest.model import Blocked, Period, ServiceHistory
from bot.history.model import Figure, PackageFigure, Source

DAY = 86_400.0
WEEK = Period(100 * DAY, 107 * DAY, datetime.date(2026, 11, 23))


def figure(service: str, day: float, covered: int, statements: int = 1_000) -> Figure:
    packages = (PackageFigure("pkg/a", statements, covered),)
    name = f"{service}-{day}"
    return Figure(
        name, "acme/shop", service, day * DAY, Source.RUN, statements, covered, "c" * 40, "main", packages
    )


def history(service: str, *figures: Figure, blocked: Blocked | None = None) -> ServiceHistory:
    return ServiceHistory(service, figures, blocked, figures[-1].at if figures else None)


def test_what_moved_comes_with_its_packages_and_the_strongest_first() -> None:
    found = build_digest(
        [
            history("gateway", figure("gateway", 99, 658), figure("gateway", 103, 721)),
            history("datastorage", figure("datastorage", 99, 511), figure("datastorage", 106, 480)),
            history("cart", figure("cart", 99, 500), figure("cart", 101, 501)),
        ],
        WEEK,
    )
    assert [(line.service, round(line.points or 0, 1)) for line in found.moved] == [
        ("gateway", 6.3),
        ("datastorage", -3.1),
    ]
    assert found.moved[0].delta is not None
    assert [mover.path for mover in found.moved[0].delta.movers] == ["pkg/a"]
    assert (found.services, len(found.lines), found.quiet) == (3, 3, False)
    assert found.percent == pytest.approx(56.7333, abs=1e-3)
    assert found.points == pytest.approx(1.1, abs=1e-3)


def test_no_data_is_no_data_and_never_zero() -> None:
    blocked = Blocked("collect-before-exit", "The files are copied before the process ends.", 102 * DAY)
    found = build_digest(
        [
            history("notification", figure("notification", 90, 400), blocked=blocked),
            history("toolset"),
            history("empty", figure("empty", 103, 0, 0)),
        ],
        WEEK,
    )
    assert (found.percent, found.points, found.lines) == (None, None, ())
    assert [(each.service, each.blocked and each.blocked.rule) for each in found.no_data] == [
        ("empty", None),
        ("notification", "collect-before-exit"),
        ("toolset", None),
    ]
    assert found.no_data[1].last is not None
    assert not found.quiet


def test_a_real_zero_is_a_figure() -> None:
    found = build_digest([history("cart", figure("cart", 99, 10), figure("cart", 103, 0))], WEEK)
    assert (found.lines[0].percent, found.lines[0].points) == (0.0, -1.0)


def test_quiet_when_nothing_moved() -> None:
    old = Blocked("path-mismatch", "x", 50 * DAY)
    still = [
        history("cart", figure("cart", 99, 500), figure("cart", 103, 502)),
        history("notification", blocked=old),
        history("toolset"),
    ]
    assert build_digest(still, WEEK).quiet
    assert not build_digest(still, WEEK, minimum=0.1).quiet


def test_a_first_figure_and_a_lost_one_are_news() -> None:
    assert not build_digest([history("cart", figure("cart", 103, 500))], WEEK).quiet
    assert not build_digest([history("cart", figure("cart", 95, 500))], WEEK).quiet
    assert build_digest([history("cart", figure("cart", 60, 500))], WEEK).quiet


def test_the_whole_is_weighed_by_statements_and_its_change_is_of_the_same_services() -> None:
    found = build_digest(
        [
            history("small", figure("small", 99, 10, 100), figure("small", 103, 90, 100)),
            history("new", figure("new", 104, 900, 900)),
        ],
        WEEK,
    )
    assert found.percent == pytest.approx(99.0)
    assert found.points == pytest.approx(80.0)


def test_figures_after_the_period_are_not_of_it() -> None:
    found = build_digest([history("cart", figure("cart", 103, 500), figure("cart", 108, 100))], WEEK)
    assert found.lines[0].percent == 50.0
    assert found.lines[0].trend == (50.0,)
