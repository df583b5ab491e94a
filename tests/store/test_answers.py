"""The store on both engines: what was given and posted is found again, also by many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.errors import StoreError
from bot.store.answers import Store, StoredAnswer
from bot.store.engine import driver_url, open_engine
from bot.store.tables import METADATA

ANSWER = StoredAnswer(
    id="job-1",
    kind="check",
    channel="C1",
    thread="1.2",
    service="datastorage",
    repo="acme/shop",
    ref=None,
    commit="4f2c1e7" * 5,
    status="FOUND",
    payload={"details": [{"text": "x", "blocks": []}]},
)


def test_an_answer_is_found_again_after_a_restart(url: str) -> None:
    first = Store(url)
    first.keep(ANSWER)
    first.keep(ANSWER)
    first.close()
    second = Store(url)
    assert second.answer("job-1") == ANSWER
    assert second.answer("job-2") is None
    second.close()


def test_a_second_try_is_told_from_the_first(store: Store) -> None:
    assert store.intend("job-1", "answer") == (True, None)
    assert store.intend("job-1", "answer") == (False, None)
    store.posted("job-1", "answer", "17.5")
    assert store.intend("job-1", "answer") == (False, "17.5")
    assert store.intend("job-1", "part-1") == (True, None)


def test_one_job_gets_a_claim_and_keeps_it(store: Store) -> None:
    assert store.claimed("a", "details") is None
    assert store.claim("a", "details", "job-1")
    assert not store.claim("a", "details", "job-2")
    assert store.claim("a", "details", "job-1")
    assert store.claimed("a", "details") == "job-1"
    assert store.claimed("a", "comparison") is None
    store.release("a", "details", "job-2")
    assert not store.claim("a", "details", "job-2")
    store.release("a", "details", "job-1")
    assert store.claim("a", "details", "job-2")


def test_many_threads_write_at_once(store: Store) -> None:
    def work(number: int) -> tuple[bool, str | None]:
        first = store.intend("job", f"part-{number % 40}")
        store.posted("job", f"part-{number % 40}", str(number))
        return first

    with ThreadPoolExecutor(8) as pool:
        firsts = [first for first, _ in pool.map(work, range(160))]
    assert sum(firsts) == 40


def test_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    assert differences == []


def test_several_processes_may_migrate_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store(url), range(4)))
    assert all(store.healthy() for store in stores)
    for store in stores:
        store.close()


def test_sqlite_keeps_its_log_apart(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/store.sqlite")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    engine.dispose()


def test_a_store_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(f"sqlite:///{tmp_path}/absent/store.sqlite")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////x/y.sqlite", "sqlite:////x/y.sqlite"),
    ],
)
def test_addresses_get_the_driver_that_is_installed(given: str, used: str) -> None:
    assert driver_url(given) == used
