"""What is forgotten with age, on both engines; what a case or the last word on a service needs stays."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.history.thinning import DAY
from bot.store.answers import Store, StoredAnswer
from bot.store.cases import Proof, StoredCase
from bot.store.feedback import StoredVote
from bot.store.live import StoredPlan, StoredRun
from bot.store.question_tables import QUESTIONS
from bot.store.questions import StoredQuestion
from bot.store.tables import ANSWERS, CLAIMS, PLANS, POSTS, RUNS

NOW = time.time()
OLD, BEFORE = NOW - 200 * DAY, NOW - 180 * DAY


def transaction(store: Store) -> Any:
    return store._database.transaction()


def aged(connection: Connection) -> None:
    """Make everything that was just put in 200 days old."""
    then = datetime.now(UTC) - timedelta(days=200)
    for table in (ANSWERS, POSTS, PLANS):
        connection.execute(update(table).values(created_at=then))


def answer(id: str, kind: str = "check") -> StoredAnswer:
    return StoredAnswer(id, kind, "C1", "1.1", "gateway", "acme/shop", None, None, "FOUND")


def run(id: str, at: float, service: str = "gateway", ref: str | None = None) -> StoredRun:
    return StoredRun(id, service, "acme/shop", None, ref, "kind", "shop", "deployment/x", at, 1.0, "FOUND")


def question(id: str, at: float) -> StoredQuestion:
    return StoredQuestion(id, "C1", "1.1", "U1", "mention", "why?", id, "abstained", None, None, 0.1, at)


def ids(store: Store, table: Any) -> set[str]:
    column = next(iter(table.primary_key.columns))
    with transaction(store) as connection:
        return set(connection.execute(select(column)).scalars())


def test_what_is_old_goes_and_what_is_new_stays(store: Store) -> None:
    store.keep(answer("old"))
    store.intend("job-old", "answer")
    store.keep_plan(StoredPlan("plan-old", {}, "d", NOW))
    with transaction(store) as connection:
        aged(connection)
    store.keep(answer("new"))
    store.intend("job-new", "answer")
    store.keep_plan(StoredPlan("plan-new", {}, "d", NOW))
    for job, at in (("q-old", OLD), ("q-new", NOW)):
        store.questions.keep(question(job, at))
    assert all(store.claim(name, "details", "j") for name in ("old", "new"))
    assert store.claim(f"C1:{OLD:.6f}", "question", "j")
    assert store.claim(f"C1:{NOW:.6f}", "question", "j")
    store.feedback.vote(StoredVote("old", "U1", "solved", "article", "q-old", OLD))
    gone = store.old.forget(BEFORE)
    assert (gone.answers, gone.posts, gone.plans, gone.questions, gone.all) == (1, 1, 1, 1, 4)
    assert (ids(store, ANSWERS), ids(store, PLANS)) == ({"new"}, {"plan-new"})
    assert (ids(store, POSTS), ids(store, QUESTIONS)) == ({"job-new"}, {"q-new"})
    assert ids(store, CLAIMS) == {"new", f"C1:{NOW:.6f}"}
    assert store.feedback.votes()["article"].solved == 1
    assert store.old.forget(BEFORE).all == 0


def test_what_an_open_case_was_made_of_stays_until_it_is_solved(store: Store) -> None:
    store.keep(answer("case"))
    store.keep_run(run("case", OLD))
    store.keep_run(run("later", OLD + 1))
    store.questions.keep(question("case", OLD))
    with transaction(store) as connection:
        aged(connection)
    store.cases.open(StoredCase("case", "live", "C1", None, "acme/shop", "gateway", OLD, rule="r"))
    assert store.old.forget(BEFORE).all == 0
    store.cases.prove("acme/shop", "gateway", Proof("run", "later", NOW, covered=5, commit="c"))
    gone = store.old.forget(BEFORE)
    assert (gone.answers, gone.runs, gone.questions) == (1, 1, 1)


def test_the_last_run_of_each_service_stays_with_its_answer(store: Store) -> None:
    for name, at, service, ref in (
        ("a", OLD, "gateway", None),
        ("b", OLD + 1, "gateway", None),
        ("c", OLD, "gateway", "retry"),
        ("d", OLD, "cart", None),
        ("e", NOW, "cart", None),
    ):
        store.keep_run(run(name, at, service, ref))
        store.keep(answer(name, "live"))
    with transaction(store) as connection:
        aged(connection)
    store.old.forget(BEFORE)
    assert ids(store, RUNS) == {"b", "c", "e"}
    assert ids(store, ANSWERS) == {"b", "c", "e"}


def test_the_posts_of_jobs_under_way_stay(store: Store) -> None:
    store.intend("waits", "answer")
    with transaction(store) as connection:
        aged(connection)
    assert store.old.forget(BEFORE, ("waits",)).posts == 0
    assert store.old.forget(BEFORE).posts == 1


@pytest.mark.parametrize("number", [1_200])
def test_many_at_once(store: Store, number: int) -> None:
    with transaction(store) as connection:
        for n in range(number):
            row = {"answer_id": f"C1:{int(OLD)}.{n:06d}", "what": "question", "job_id": "j"}
            connection.execute(CLAIMS.insert().values(**row))
    store.old.forget(BEFORE)
    with transaction(store) as connection:
        assert connection.execute(select(func.count()).select_from(CLAIMS)).scalar_one() == 0
