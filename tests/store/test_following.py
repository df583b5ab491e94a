"""Following, what was asked lately, open home tabs and the latest looks, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import inspect

from bot.store.answers import Store
from bot.store.cases import Proof, StoredCase
from bot.store.engine import open_engine
from bot.store.following import MOST_FOLLOWED, About, about
from bot.store.home_tables import ASKED, FOLLOWING, HOMES, LOOKS
from bot.store.live import StoredRun
from bot.store.looks import CHECK, RUN, Look

SHOP = about("Acme/Shop", "gateway")
CART = about("acme/shop", "cart ✓ 😀")
HERE = about("/Work/Shop", "gateway")
LOOK = Look(SHOP, CHECK, "job-1", "FOUND", 100.0, "two directories", "main", "4f2c1e7" * 5)


def test_names_of_github_are_the_same_in_any_case_and_directories_are_not() -> None:
    assert about("Acme/Shop", "gateway") == About("acme/shop", "gateway")
    assert HERE.repo == "/Work/Shop"


def test_what_is_followed_is_found_again_and_only_there(store: Store) -> None:
    assert store.following.follow("U1", SHOP, 5.0)
    assert store.following.follow("U1", SHOP, 9.0), "again is no mistake"
    assert store.following.follow("U1", CART, 6.0)
    assert store.following.follow("U2", SHOP, 7.0)
    assert store.following.of("U1") == (CART, SHOP)
    assert store.following.followers(SHOP) == ("U1", "U2")
    assert store.following.unfollow("U1", SHOP)
    assert not store.following.unfollow("U1", SHOP)
    assert (store.following.of("U1"), store.following.followers(SHOP)) == ((CART,), ("U2",))


def test_nobody_follows_without_end(store: Store) -> None:
    for number in range(MOST_FOLLOWED):
        assert store.following.follow("U1", about("a/b", f"s{number}"), 1.0)
    assert not store.following.follow("U1", SHOP, 1.0)
    assert store.following.follow("U1", about("a/b", "s0"), 1.0)
    assert store.following.follow("U2", SHOP, 1.0)


def test_what_was_asked_lately_comes_latest_first(store: Store) -> None:
    store.following.asked("U1", SHOP, "C1", 10.0)
    store.following.asked("U1", CART, "C2", 20.0)
    store.following.asked("U1", SHOP, "C3", 30.0)
    store.following.asked("U1", CART, "C9", 15.0)
    assert store.following.asked_lately("U1") == (SHOP, CART)
    assert store.following.asked_lately("U1", 1) == (SHOP,)
    assert store.following.channels("U1") == ("C2", "C3")
    assert store.following.asked_lately("U2") == ()


def test_who_follows_by_another_name_follows_by_the_services_own(store: Store) -> None:
    alias = about("acme/shop", "gateway-svc")
    store.following.follow("U1", alias, 5.0)
    store.following.follow("U2", alias, 5.0)
    store.following.follow("U2", SHOP, 1.0)
    store.following.asked("U3", SHOP, "C1", 10.0, "gateway-svc")
    assert store.following.followers(SHOP) == ("U1", "U2")
    assert store.following.followers(alias) == ()


def test_homes_are_open_since_they_were_opened(store: Store) -> None:
    assert store.following.open_homes(["U1", "U2"], 0.0) == ()
    store.following.opened("U1", 100.0)
    store.following.opened("U1", 50.0)
    store.following.opened("U2", 10.0)
    assert store.following.open_homes(["U1", "U2", "U3"], 60.0) == ("U1",)
    assert store.following.open_homes(["U2", "U1"], 0.0) == ("U1", "U2")
    assert store.following.open_homes([], 0.0) == ()


def test_newer_content_stays(store: Store) -> None:
    store.following.opened("U1", 100.0)
    assert store.following.shown("U1") == 0.0
    assert store.following.show("U1", 20.0)
    assert not store.following.show("U1", 10.0)
    assert store.following.shown("U1") == 20.0
    assert store.following.open_homes(["U1"], 100.0) == ("U1",), "showing is not opening"
    assert store.following.show("U2", 5.0)
    assert store.following.open_homes(["U2"], 1.0) == ()


def test_what_was_asked_long_ago_is_forgotten_and_what_is_followed_is_not(store: Store) -> None:
    store.following.follow("U1", SHOP, 1.0)
    store.following.asked("U1", SHOP, "C1", 10.0)
    store.following.asked("U1", CART, "C1", 200.0)
    store.following.opened("U1", 10.0)
    store.following.opened("U2", 200.0)
    store.old.forget(100.0)
    assert store.following.asked_lately("U1") == (CART,)
    assert store.following.of("U1") == (SHOP,)
    assert store.following.open_homes(["U1", "U2"], 0.0) == ("U2",)


def test_a_look_is_the_latest_of_its_kind(store: Store) -> None:
    run = replace(LOOK, by=RUN, job_id="run-1", at=90.0, statements=7_000_000_000, covered=5)
    store.looks.keep(LOOK)
    store.looks.keep(run)
    store.looks.keep(replace(LOOK, job_id="job-0", at=50.0, status="CLEAR"))
    assert set(store.looks.of([SHOP, SHOP, CART])) == {LOOK, run}
    assert store.looks.by_job("job-1") == LOOK
    assert store.looks.by_job("job-0") is None
    store.looks.keep(replace(LOOK, job_id="job-2", at=200.0, status="CLEAR", summary=""))
    assert {look.status for look in store.looks.of([SHOP])} == {"FOUND", "CLEAR"}
    assert store.looks.known(["acme/shop", "acme/other"]) == (SHOP,)


def test_looks_of_very_many_services(store: Store) -> None:
    for number in range(250):
        store.looks.keep(replace(LOOK, about=about("a/b", f"s{number}"), job_id=f"j{number}"))
    assert len(store.looks.of(about("a/b", f"s{number}") for number in range(300))) == 250


def test_runs_of_a_person_come_without_what_is_large(store: Store) -> None:
    run = StoredRun(
        "r1", "gateway", "Acme/Shop", "4f2", None, "kind", "e2e", "deployment/gateway", 10.0, 1.0, "CLEAR",
        statements=10, covered=5, asked_by="U1",
    )  # fmt: skip
    store.keep_run(run)
    store.keep_run(replace(run, id="r2", repo=None, started_at=20.0, statements=None, covered=None))
    store.keep_run(replace(run, id="r3", asked_by="U2"))
    later, first = store.looks.runs_of("U1")
    assert first == Look(SHOP, RUN, "r1", "CLEAR", 10.0, commit="4f2", statements=10, covered=5)
    assert (later.job_id, later.about.repo) == ("r2", "")


def test_whom_a_services_cases_concern(store: Store) -> None:
    case = StoredCase("c1", "check", "C1", "1.1", "Acme/Shop", "gateway", 10.0, rule="a", asked_by="U1")
    store.cases.open(case)
    store.cases.open(replace(case, id="c2", rule="b", asked_by="U2", opened_at=500.0))
    store.cases.open(replace(case, id="c3", service="cart", asked_by="U3"))
    store.cases.open(replace(case, id="c4", rule="c", asked_by=None))
    store.cases.prove("acme/shop", "gateway", Proof("run", "r1", 100.0, statements=2, covered=1))
    assert store.cases.people_of("acme/shop", "gateway", "r1") == ("U1", "U2")
    assert store.cases.people_of("acme/shop", "gateway", "r2") == ("U2",)
    assert [found.id for found in store.cases.asked_by("U1")] == ["c1"]


@pytest.mark.parametrize("table", [FOLLOWING, ASKED, LOOKS, HOMES], ids=lambda table: table.name)
def test_the_tables_are_as_they_are_declared(url: str, table) -> None:  # type: ignore[no-untyped-def]
    engine = open_engine(url)
    found = {column["name"]: column["nullable"] for column in inspect(engine).get_columns(table.name)}
    assert found == {column.name: column.nullable for column in table.c}
    indexes = {index["name"] for index in inspect(engine).get_indexes(table.name)}
    assert indexes == {index.name for index in table.indexes}
    engine.dispose()
