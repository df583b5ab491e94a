"""Plans and runs on both engines: the first press wins, and a run is found again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

import bot.store.migrations
from bot.store.answers import Store, StoredAnswer
from bot.store.engine import open_engine
from bot.store.live import PlanState, StoredPlan, StoredRun

PLAN = StoredPlan("plan-1", {"plan": {"service": "datastorage"}}, "d1", 1_000.0, "U1")
RUN = StoredRun(
    id="run-1",
    service="datastorage",
    repo="acme/shop",
    commit="4f2c1e7" * 5,
    ref="main",
    cluster="kind-dev",
    namespace="team-a",
    target="deployment/datastorage",
    started_at=1_795_400_000.125,
    seconds=12.5,
    status="FOUND",
    symptom="BOTH",
    statements=2_000,
    covered=1_000,
    packages=[["acme/shop/pkg/a", 2_000, 1_000]],
    causes=[{"rule": "mount-mismatch", "summary": "✓ 😀"}],
    result={"headline": "x", "done": ["stopped"]},
    asked_by="U1",
)


def test_the_services_that_were_asked_about_or_run(store: Store) -> None:
    for number, service in enumerate(("gateway", "cart", "gateway", None)):
        store.keep(StoredAnswer(f"a{number}", "check", "C1", None, service, "acme/shop", None, None, "FOUND"))
    store.keep_run(RUN)
    store.keep_run(replace(RUN, id="run-2", service="other", repo="acme/other"))
    assert store.services("acme/shop") == ("cart", "datastorage", "gateway")
    assert store.services("acme/none") == ()


def test_a_plan_is_found_again_as_it_was(url: str) -> None:
    first = Store(url)
    first.keep_plan(PLAN)
    first.keep_plan(replace(PLAN, digest="another"))
    first.close()
    second = Store(url)
    assert second.plan("plan-1") == PLAN
    assert second.plan("plan-2") is None
    assert second.settle_plan("plan-2", PlanState.CONFIRMED, "job", "U1", 1.0) is None
    second.close()


def test_the_first_press_settles_a_plan_for_good(store: Store) -> None:
    store.keep_plan(PLAN)
    won = store.settle_plan("plan-1", PlanState.CONFIRMED, "job-1", "U1", 999.0)
    assert won == replace(PLAN, state="confirmed", settled_by="job-1", settled_for="U1")
    assert store.settle_plan("plan-1", PlanState.CANCELLED, "job-2", "U2", 999.5) == won
    assert store.settle_plan("plan-1", PlanState.CONFIRMED, "job-1", "U1", 5_000.0) == won


@pytest.mark.parametrize("state", [PlanState.CONFIRMED, PlanState.CANCELLED])
def test_a_plan_that_is_over_can_only_expire(store: Store, state: PlanState) -> None:
    store.keep_plan(PLAN)
    late = store.settle_plan("plan-1", state, "job-1", "U1", 1_000.0)
    assert late is not None
    assert late.state == "expired"


def test_of_many_presses_at_once_one_wins(store: Store) -> None:
    store.keep_plan(PLAN)
    with ThreadPoolExecutor(8) as pool:
        seen = list(
            pool.map(
                lambda n: store.settle_plan("plan-1", PlanState.CONFIRMED, f"job-{n}", f"U{n}", 1.0),
                range(24),
            )
        )
    assert len({plan.settled_by for plan in seen if plan}) == 1


def test_a_run_is_found_again_and_kept_once(store: Store) -> None:
    store.keep_run(RUN)
    store.keep_run(replace(RUN, status="CLEAR"))
    assert store.run("run-1") == RUN
    assert store.run("run-2") is None


def test_runs_come_newest_first_by_service_and_repo(store: Store) -> None:
    for number in range(5):
        store.keep_run(replace(RUN, id=f"r{number}", started_at=float(number)))
    store.keep_run(replace(RUN, id="other", service="gateway", started_at=9.0))
    store.keep_run(replace(RUN, id="none", repo=None, commit=None, status="FAILED", started_at=-1.0))
    assert [run.id for run in store.runs(service="datastorage", limit=3)] == ["r4", "r3", "r2"]
    assert store.runs()[0].id == "other"
    assert "none" not in [run.id for run in store.runs(repo="acme/shop")]


def test_a_store_of_the_version_before_is_brought_up_and_can_go_back(url: str) -> None:
    engine = open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(bot.store.migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    assert set(inspect(engine).get_table_names()) >= {"answers", "posts", "claims"}
    assert "runs" not in inspect(engine).get_table_names()
    engine.dispose()
    store = Store(url)
    store.keep_run(RUN)
    store.close()
