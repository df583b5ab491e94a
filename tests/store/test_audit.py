"""The audit log, on SQLite and Postgres: entries are put in once and never changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.store.answers import Store
from bot.store.audit import MAX_ABOUT, Entry
from bot.store.changes import By, What
from bot.store.engine import driver_url

ENTRY = Entry("j1", 100.0, By.PERSON, What.MODE_CHANGED, "questions: answer", "done", "j1", "U1", "C1")


def test_an_entry_is_put_in_once_and_stays_as_it_was(store: Store) -> None:
    assert store.audit.add(ENTRY)
    assert not store.audit.add(replace(ENTRY, about="something else", who="U9"))
    assert store.audit.entries() == (ENTRY,)


def test_the_database_refuses_to_change_an_entry(store: Store, url: str) -> None:
    store.audit.add(ENTRY)
    engine = create_engine(driver_url(url))
    try:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text("UPDATE audit SET who = 'U2'"))
    finally:
        engine.dispose()
    assert store.audit.entries() == (ENTRY,)


def test_entries_are_found_by_time_and_by_who_it_was(store: Store) -> None:
    for number in range(5):
        store.audit.add(replace(ENTRY, id=f"j{number}", at=100.0 + number, who=f"U{number % 2}"))
    store.audit.add(replace(ENTRY, id="ci", at=200.0, by=By.CI, who=None))
    store.audit.add(replace(ENTRY, id="me", at=201.0, by=By.COMMAND_LINE, who="Ann"))
    assert [e.id for e in store.audit.entries()] == ["me", "ci", "j4", "j3", "j2", "j1", "j0"]
    assert [e.id for e in store.audit.entries(since=102.0, until=104.0)] == ["j3", "j2"]
    assert [e.id for e in store.audit.entries(who="U1")] == ["j3", "j1"]
    assert [e.id for e in store.audit.entries(who="ci")] == ["ci"]
    assert [e.id for e in store.audit.entries(who="command line")] == ["me"]
    assert [e.id for e in store.audit.entries(who="ann", limit=1)] == ["me"]
    assert [e.id for e in store.audit.entries(limit=2)] == ["me", "ci"]


def test_what_is_kept_has_no_secrets_no_lines_and_is_bounded(store: Store) -> None:
    token = "ghp_" + "a" * 36
    said = f"https://me:{token}@host/x \x00\u202e\n second line {'y' * 10_000}"
    store.audit.add(replace(ENTRY, about=said, outcome="z" * 500, who="w" * 500))
    (kept,) = store.audit.entries()
    assert token not in kept.about
    assert "[redacted]" in kept.about
    assert "\n" not in kept.about
    assert kept.about.isprintable()
    assert len(kept.about) == MAX_ABOUT
    assert len(kept.outcome) <= 64
    assert len(kept.who or "") <= 64


def test_old_entries_are_forgotten_only_by_their_age(store: Store) -> None:
    for number in range(4):
        store.audit.add(replace(ENTRY, id=f"j{number}", at=float(number)))
    assert store.audit.forget(2.0) == 2
    assert [e.id for e in store.audit.entries()] == ["j3", "j2"]
