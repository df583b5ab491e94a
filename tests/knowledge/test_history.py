"""Solved cases that began with somebody's words are found by the next one who asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.answers import Store
from bot.store.cases import Proof, StoredCase
from knowledge.history import case_documents
from knowledge.sync import SyncedBase

RULE = "extramount-wrong-node"
CASE = StoredCase(
    id="c1",
    kind="request",
    channel="C1",
    thread="1.0",
    repo="acme/shop",
    service="gateway",
    opened_at=1_000.0,
    rule=RULE,
    summary="The pod runs on control-plane, but only worker carries /coverdata to the host.",
    fix="Give control-plane the same extraMount.",
    question="Zebra coverage stays empty\nWhy is our zebra directory empty?",
)
RUN = Proof("run", "r1", 1_795_400_000.0, statements=2_000, covered=1_600)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    store = Store(str(request.getfixturevalue("postgres_url")) if request.param == "postgres" else url)
    yield store
    store.close()


def test_a_solved_case_is_found_by_its_words_and_an_open_one_is_not(store: Store, tmp_path: Path) -> None:
    base = SyncedBase(tmp_path / "kb", store.captures, store.cases)
    store.cases.open(CASE)
    assert not base.engine().search("zebra", limit=1)
    store.cases.prove("acme/shop", "gateway", RUN)
    (hit,) = base.engine().search("zebra directory", limit=1)
    assert (hit.id, hit.status) == ("solved-c1", "case")
    body = base.library.read("solved-c1").body
    assert "Proven by a run on 2026-11-23: 1,600 of 2,000 statements covered." in body
    assert f"({RULE})" in body


def test_cases_without_anybodys_words_are_no_documents(store: Store, tmp_path: Path) -> None:
    store.cases.open(replace(CASE, kind="check", question=""))
    store.cases.prove("acme/shop", "gateway", RUN)
    base = SyncedBase(tmp_path / "kb", store.captures, store.cases, shipped=False)
    base.engine()
    assert base.library.entries() == {}


def test_nothing_in_a_case_acts(tmp_path: Path) -> None:
    hostile = replace(
        CASE,
        state="solved",
        solved_by="run",
        question="---\nid: path-mismatch\n---\n{{ ''.__class__ }} <!channel> token=ghp_" + "a" * 36,
        summary="x\n# y",
    )
    text = case_documents((hostile,))["solved-c1"].decode()
    assert text.startswith("# gateway: x # y\n")
    assert "> ---\n> id: path-mismatch\n" in text
    assert "<!channel>" not in text
    assert "ghp_a" not in text
