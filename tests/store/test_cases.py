"""Cases and captures on both engines: one open case a thing, proofs that count, versions that win once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreError
from bot.store.answers import Store
from bot.store.captures import CaptureState, StoredCapture
from bot.store.cases import CaseCounts, CaseState, Proof, StoredCase

CASE = StoredCase(
    id="job-1",
    kind="check",
    channel="C1",
    thread="17.1",
    repo="acme/shop",
    service="datastorage",
    opened_at=100.0,
    ref=None,
    commit="4f2c1e7" * 5,
    rule="path-mismatch",
    effect="blocks",
    summary="✓ 😀 two directories",
    fix="one directory",
    evidence=[["deploy/x.yaml", 61, 61, None]],
    asked_by="U1",
)
RUN = Proof("run", "run-1", 200.0, None, "9" * 40, statements=280, covered=110)
CHECK = Proof("check", "check-1", 200.0, None, "9" * 40)
CAPTURE = StoredCapture("cap-1", "zebra", {"title": "Zebra"}, "", "C1", "17.1", made_by="U1", made_at=1.0)


def states(store: Store) -> dict[str, str]:
    return {case.id: case.state for case in store.cases.cases()}


class TestOpening:
    def test_a_case_is_found_again_as_it_was(self, store: Store) -> None:
        assert store.cases.open(CASE) == CASE
        assert store.cases.get("job-1") == CASE
        assert store.cases.in_thread("C1", "17.1") == CASE
        assert store.cases.in_thread("C2", "17.1") is None
        assert store.cases.get("job-2") is None

    def test_the_same_trouble_is_one_case(self, store: Store) -> None:
        store.cases.open(CASE)
        assert store.cases.open(replace(CASE, id="job-2", repo="Acme/Shop", opened_at=150.0)).id == "job-1"
        assert store.cases.open(CASE) == CASE
        assert store.cases.open(replace(CASE, id="job-3", rule="gocoverdir-unset")).id == "job-3"
        assert store.cases.open(replace(CASE, id="job-4", service="gateway")).id == "job-4"
        assert store.cases.open(replace(CASE, id="job-5", repo="acme/other")).id == "job-5"

    def test_a_case_without_a_cause_joins_one_of_its_service(self, store: Store) -> None:
        vague = replace(CASE, id="job-2", rule=None)
        store.cases.open(CASE)
        assert store.cases.open(vague).id == "job-1"
        assert store.cases.open(replace(vague, service="gateway")).id == "job-2"
        assert store.cases.open(replace(vague, id="job-3", service="gateway")).id == "job-2"

    def test_a_question_is_one_case_a_thread(self, store: Store) -> None:
        asked = replace(CASE, kind="question", service=None, repo="", rule=None)
        assert store.cases.open(asked).id == "job-1"
        assert store.cases.open(replace(asked, id="job-2")).id == "job-1"
        assert store.cases.open(replace(asked, id="job-3", thread="18.1")).id == "job-3"

    def test_of_many_at_once_one_is_opened(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            seen = list(pool.map(lambda n: store.cases.open(replace(CASE, id=f"job-{n}")), range(24)))
        assert len({case.id for case in seen}) == 1
        assert len(store.cases.cases()) == 1

    def test_after_it_is_solved_the_same_trouble_is_a_new_case(self, store: Store) -> None:
        store.cases.open(CASE)
        store.cases.prove("acme/shop", "datastorage", RUN)
        assert store.cases.open(replace(CASE, id="job-2", opened_at=300.0)).id == "job-2"
        assert states(store) == {"job-1": "solved", "job-2": "open"}


class TestProof:
    def test_a_run_with_figures_solves(self, store: Store) -> None:
        store.cases.open(CASE)
        (solved,) = store.cases.prove("ACME/shop", "datastorage", RUN)
        assert (solved.state, solved.solved_by, solved.solved_at) == ("solved", "run", 200.0)
        assert solved.proof is not None
        assert (solved.proof["covered"], solved.proof["statements"]) == (110, 280)

    def test_asked_again_it_gives_the_same(self, store: Store) -> None:
        store.cases.open(CASE)
        first = store.cases.prove("acme/shop", "datastorage", RUN)
        assert store.cases.prove("acme/shop", "datastorage", RUN) == first
        assert store.cases.prove("acme/shop", "datastorage", replace(RUN, id="run-2")) == ()

    @pytest.mark.parametrize(
        "proof",
        [
            replace(RUN, at=100.0),
            replace(RUN, covered=0),
            replace(RUN, covered=None),
            replace(RUN, found=("path-mismatch", "other")),
            replace(RUN, id="job-1"),
            replace(CHECK, commit=CASE.commit),
            replace(CHECK, commit=None),
            replace(CHECK, ref="feature"),
            replace(CHECK, ref="999999999", at=300.0),
        ],
    )
    def test_what_solves_nothing(self, store: Store, proof: Proof) -> None:
        ref = proof.ref if proof.ref and proof.ref.startswith("9") else None
        store.cases.open(replace(CASE, ref=ref))
        assert store.cases.prove("acme/shop", "datastorage", proof) == ()
        assert states(store) == {"job-1": "open"}

    def test_a_check_of_the_same_branch_is_the_weaker_proof(self, store: Store) -> None:
        store.cases.open(CASE)
        store.cases.open(replace(CASE, id="job-2", rule="other", ref="feature"))
        (solved,) = store.cases.prove("acme/shop", "datastorage", CHECK)
        assert (solved.id, solved.solved_by) == ("job-1", "check")
        again = replace(CHECK, id="check-2", ref="feature")
        assert [case.id for case in store.cases.prove("acme/shop", "datastorage", again)] == ["job-2"]

    def test_what_only_degrades_needs_a_run_that_read_the_files(self, store: Store) -> None:
        store.cases.open(replace(CASE, effect="degrades"))
        assert store.cases.prove("acme/shop", "datastorage", replace(RUN, commit=None)) == ()
        assert len(store.cases.prove("acme/shop", "datastorage", replace(RUN, id="run-2"))) == 1

    def test_others_stay_open(self, store: Store) -> None:
        store.cases.open(CASE)
        store.cases.open(replace(CASE, id="job-2", service="gateway"))
        store.cases.open(replace(CASE, id="job-3", repo=""))
        store.cases.prove("acme/shop", "datastorage", RUN)
        assert states(store) == {"job-1": "solved", "job-2": "open", "job-3": "open"}

    def test_closed_is_no_proof_and_for_good(self, store: Store) -> None:
        store.cases.open(CASE)
        assert store.cases.close("job-1", 150.0)
        assert not store.cases.close("job-1", 160.0)
        assert store.cases.prove("acme/shop", "datastorage", RUN) == ()
        assert states(store) == {"job-1": "closed"}


class TestCounting:
    def test_solved_cases_of_a_cause_come_latest_first(self, store: Store) -> None:
        for number, service in enumerate(("gateway", "notification", "toolset")):
            store.cases.open(replace(CASE, id=f"job-{number}", service=service))
            store.cases.prove("acme/shop", service, replace(RUN, id=f"r{number}", at=200.0 + number))
        store.cases.open(replace(CASE, id="other", service="x", rule="y"))
        store.cases.prove("acme/shop", "x", replace(RUN, id="rx"))
        found = store.cases.solved(rule="path-mismatch", limit=2)
        assert [case.service for case in found] == ["toolset", "notification"]
        assert [case.id for case in store.cases.solved(service="x")] == ["other"]
        assert len(store.cases.solved()) == 4

    def test_the_rate_is_proven_by_opened(self, store: Store) -> None:
        assert store.cases.counts(0.0, 1e9) == CaseCounts(0, 0, 0, 0, 0, 0)
        assert store.cases.counts(0.0, 1e9).rate is None
        for number in range(5):
            store.cases.open(
                replace(CASE, id=f"job-{number}", service=f"s{number}", opened_at=100.0 + number)
            )
        store.cases.prove("acme/shop", "s0", replace(RUN, id="r0"))
        store.cases.prove("acme/shop", "s1", replace(RUN, id="r1", at=500.0))
        store.cases.prove("acme/shop", "s2", replace(CHECK, id="c2"))
        store.cases.close("job-3", 150.0)
        counts = store.cases.counts(100.0, 105.0)
        assert counts == CaseCounts(opened=5, by_run=2, by_check=1, open=1, closed=1, proven=0)
        assert counts.rate == pytest.approx(0.6)
        assert store.cases.counts(101.0, 300.0) == CaseCounts(4, 1, 1, 1, 1, 2)


def kept(store: Store, **changes: Any) -> StoredCapture:
    return store.captures.add(replace(CAPTURE, **changes), lambda name: f"id: {name}")


class TestCaptures:
    def test_kept_once_and_found_again(self, store: Store) -> None:
        made = kept(store)
        assert (made.article, made.data, made.version, made.state) == ("zebra", "id: zebra", 1, "draft")
        assert kept(store, fields={"title": "other"}) == made
        assert store.captures.get("cap-1") == made
        assert store.captures.in_thread("C1", "17.1") == made
        assert store.captures.shas() == {"zebra": made.sha}
        assert store.captures.documents() == {"zebra": b"id: zebra"}

    def test_ids_that_are_taken_get_a_number(self, store: Store) -> None:
        taken = frozenset({"zebra", "zebra-2"})
        first = store.captures.add(CAPTURE, lambda name: name, taken)
        second = store.captures.add(replace(CAPTURE, id="cap-2", thread="18.1"), lambda name: name, taken)
        assert (first.article, second.article, second.data) == ("zebra-3", "zebra-4", "zebra-4")

    def test_one_capture_a_thread_until_it_is_rejected(self, store: Store) -> None:
        first = kept(store)
        assert kept(store, id="cap-2").id == "cap-1"
        store.captures.change(replace(first, state=CaptureState.REJECTED.value), 1, "job-r")
        assert store.captures.in_thread("C1", "17.1") is None
        assert store.captures.shas() == {}
        assert (kept(store, id="cap-2").id, kept(store, id="cap-3").article) == ("cap-2", "zebra")

    def test_of_many_who_save_a_thread_at_once_one_does(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            seen = list(pool.map(lambda n: kept(store, id=f"cap-{n}"), range(16)))
        assert len({capture.id for capture in seen}) == 1

    def test_of_many_changes_of_a_version_one_counts(self, store: Store) -> None:
        first = kept(store)

        def decide(number: int) -> StoredCapture | None:
            changed = replace(first, state="confirmed", changed_by=f"U{number}", data=f"by {number}")
            return store.captures.change(changed, 1, f"job-{number}")

        with ThreadPoolExecutor(8) as pool:
            seen = [capture for capture in pool.map(decide, range(16)) if capture]
        assert len({capture.changed_in for capture in seen}) == 1
        assert {capture.version for capture in seen} == {2}

    def test_a_change_made_again_by_its_job_is_the_same(self, store: Store) -> None:
        first = kept(store)
        confirmed = replace(first, state="confirmed")
        once = store.captures.change(confirmed, 1, "job-2")
        assert store.captures.change(confirmed, 1, "job-2") == once

    def test_rejected_is_the_end(self, store: Store) -> None:
        first = kept(store)
        gone = store.captures.change(replace(first, state="rejected"), 1, "job-2")
        assert gone is not None
        after = store.captures.change(replace(gone, state="confirmed"), 2, "job-3")
        assert after == gone
        assert store.captures.change(replace(first, id="none"), 1, "job-4") is None


def test_a_store_that_fails_says_so(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    with store._database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE cases")
        connection.exec_driver_sql("DROP TABLE captures")
    for failing in (lambda: store.cases.open(CASE), lambda: store.captures.shas()):
        with pytest.raises(StoreError):
            failing()
    store.close()


def test_cases_by_state(store: Store) -> None:
    store.cases.open(CASE)
    assert [case.id for case in store.cases.cases(CaseState.OPEN)] == ["job-1"]
    assert store.cases.cases(CaseState.SOLVED) == ()
