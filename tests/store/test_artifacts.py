"""What came of artifacts, on both engines: final is final, a failure counts, old ones go."""

from __future__ import annotations

from dataclasses import replace

from bot.store.answers import Store
from bot.store.artifacts import StoredArtifact, Taking

ONE = StoredArtifact("acme/shop", 9_000_000_001, "coverage-gateway", "gateway", "taken", "", 100.0, "f1")


def test_what_is_final_stays_and_a_failure_counts(store: Store) -> None:
    failed = replace(ONE, status=Taking.FAILED.value, reason="503", figure=None)
    assert [store.artifacts.keep(failed).tries for _ in range(3)] == [1, 2, 3]
    assert store.artifacts.settled("acme/shop", [ONE.id]) == frozenset()
    kept = store.artifacts.keep(replace(ONE, repo="Acme/Shop"))
    assert kept == replace(ONE, tries=3)
    assert store.artifacts.keep(failed) == kept
    assert store.artifacts.settled("ACME/shop", range(ONE.id - 700, ONE.id + 700)) == {ONE.id}
    assert store.artifacts.settled("acme/other", [ONE.id]) == frozenset()
    assert store.artifacts.latest("acme/shop") == (kept,)


def test_the_refused_can_be_asked_for_again_and_the_old_are_forgotten(store: Store) -> None:
    for number, status in enumerate(Taking):
        store.artifacts.keep(replace(ONE, id=number, status=status.value, at=float(number)))
    assert store.artifacts.counts("acme/shop", 1.0) == {"refused": 1, "empty": 1, "failed": 1}
    assert store.artifacts.again("acme/shop") == 1
    assert [a.status for a in store.artifacts.latest("acme/shop")] == ["failed", "empty", "taken"]
    assert store.artifacts.thin(2.0) == 1
    assert [a.id for a in store.artifacts.latest("acme/shop", limit=1)] == [3]
