"""From the store to a digest: branches, runs without coverage, open cases, services that were never run."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.digest.blocked import FAILED, NO_CAUSE
from bot.digest.gather import Asked, gather
from bot.digest.model import Blocked, Period, ServiceHistory
from bot.digest.words import no_data_line
from bot.history.branches import main_branch
from bot.history.model import Figure, Source
from bot.store.answers import Store
from bot.store.cases import StoredCase
from tests.digest.test_build import DAY, figure
from tests.digest.year import run

WEEK = Period(100 * DAY, 107 * DAY, datetime.date(1970, 4, 18))
ASKED = Asked("Acme/Shop", WEEK)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = f"sqlite:///{tmp_path / 'covcheck.sqlite'}"
    made = Store(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield made
    made.close()


def keep(store: Store, *figures: Figure) -> None:
    for each in figures:
        store.history.keep(each)


def found(store: Store, service: str, asked: Asked = ASKED) -> ServiceHistory:
    return next(each for each in gather(store, asked).histories if each.service == service)


def test_figures_of_the_period_and_before_with_the_packages_that_are_compared(store: Store) -> None:
    keep(store, figure("gateway", 90, 500), figure("gateway", 99, 658), figure("gateway", 103, 721))
    keep(store, figure("gateway", 108, 100), replace(figure("other", 103, 1), repo="acme/other"))
    got = gather(store, ASKED)
    assert (got.branch, [each.service for each in got.histories]) == ("main", ["gateway"])
    assert [len(each.packages) for each in got.histories[0].figures] == [0, 1, 1]
    assert got.digest.moved[0].delta is not None
    assert [mover.path for mover in got.digest.moved[0].delta.movers] == ["pkg/a"]


def test_a_pull_request_is_not_held_against_main(store: Store) -> None:
    keep(store, figure("cart", 99, 500), figure("cart", 103, 502))
    keep(store, replace(figure("cart", 104, 100), branch="try"))
    live = replace(figure("cart", 105, 510), branch=None)
    keep(store, live, replace(figure("cart", 106, 1), branch=None, source=Source.PUSH))
    assert [each.covered for each in found(store, "cart").figures] == [500, 502, 510]
    assert [each.covered for each in found(store, "cart", replace(ASKED, branch="try")).figures] == [100]


def test_the_main_branch() -> None:
    made = [replace(figure("a", day, 1), branch=name) for day, name in enumerate(["x", "dev", "dev", None])]
    assert main_branch(made) == "dev"
    assert main_branch([*made, replace(made[0], branch="master")]) == "master"
    assert main_branch([]) is None


def test_blocked_since_the_first_of_the_unbroken_row(store: Store) -> None:
    keep(store, figure("notification", 90, 400))
    for day, rule in ((80, "path-mismatch"), (95, "path-mismatch"), (98, "early"), (101, "early")):
        store.keep_run(run("notification", day * DAY, rule))
    store.keep_run(run("notification", 103 * DAY, status="FAILED"))
    got = found(store, "notification")
    assert got.blocked == Blocked("early", "The files are copied too early.", 98 * DAY)
    assert got.ran == 103 * DAY


def test_a_cause_has_the_address_of_the_lines_that_show_it(store: Store) -> None:
    cause = {"rule": "early", "effect": "blocks", "summary": "Too early.", "url": "https://git.example/x#L3"}
    store.keep_run(run("cart", 98 * DAY, causes=[cause]))
    store.keep_run(run("queue", 98 * DAY, "early"))
    lines = [["kind.yaml", 3, 3, None], ["suite_test.go", 9, 9, "https://git.example/y#L9"]]
    case = StoredCase("a", "check", "C1", "1.1", "acme/shop", "queue", 95 * DAY, rule="early", evidence=lines)
    store.cases.open(case)
    store.cases.open(replace(case, id="b", service="toolset", opened_at=101 * DAY))
    blocked = {each.service: each.blocked for each in gather(store, ASKED).histories}
    more = gather(store, replace(ASKED, services=("toolset",))).histories[0].blocked
    assert [each and each.url for each in (blocked["cart"], blocked["queue"], more)] == [
        "https://git.example/x#L3",
        "https://git.example/y#L9",
        "https://git.example/y#L9",
    ]


def test_questions_are_counted_in_the_period_when_they_are_included(store: Store) -> None:
    keep(store, figure("cart", 103, 500))
    counted = gather(store, ASKED).quality
    assert counted is not None
    assert (counted.since, counted.until, counted.asked) == (WEEK.since, WEEK.until, 0)
    assert gather(store, replace(ASKED, include=("moved",))).quality is None


def test_a_figure_ends_it(store: Store) -> None:
    store.keep_run(run("cart", 98 * DAY, "early"))
    keep(store, figure("cart", 101, 400))
    assert found(store, "cart").blocked is None


@pytest.mark.parametrize(("status", "said"), [("INCONCLUSIVE", NO_CAUSE), ("FAILED", FAILED)])
def test_a_run_without_a_cause_names_none(store: Store, status: str, said: str) -> None:
    store.keep_run(run("cart", 101 * DAY, status=status))
    assert found(store, "cart").blocked == Blocked(said, "", 101 * DAY)


def test_what_only_degrades_does_not_block(store: Store) -> None:
    causes = [{"rule": "partial", "effect": "degrades", "summary": "x"}]
    store.keep_run(run("cart", 101 * DAY, causes=causes))
    case = StoredCase("a", "check", "C1", "1.1", "acme/shop", "cart", 102 * DAY, rule="p", effect="degrades")
    store.cases.open(case)
    got = found(store, "cart").blocked
    assert got is not None
    assert got.rule == NO_CAUSE


def test_an_open_case_says_why(store: Store) -> None:
    keep(store, figure("cart", 90, 400))
    case = StoredCase("a", "check", "C1", "1.1", "/srv/shop.git", "cart", 95 * DAY, rule="path-mismatch")
    store.cases.open(case)
    store.cases.open(replace(case, id="b", rule="other", opened_at=96 * DAY, ref="try"))
    got = gather(store, replace(ASKED, repo="shop", services=("cart",)), named=lambda repo: "shop")
    assert got.histories[0].blocked == Blocked("path-mismatch", "", 95 * DAY)
    assert found(store, "cart").blocked is None


def test_a_service_that_is_named_and_unknown_has_no_run(store: Store) -> None:
    keep(store, figure("cart", 103, 500))
    got = gather(store, replace(ASKED, services=("toolset", "toolset")))
    assert got.histories == (ServiceHistory("toolset", seen=False),)
    assert no_data_line(got.digest.no_data[0]) == "toolset (never seen)"
    assert [each.service for each in got.digest.no_data] == ["toolset"]
