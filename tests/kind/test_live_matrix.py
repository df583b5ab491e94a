"""Faults are named first, healthy variants are clean. See tests/matrix.

`make test` runs SOME of the cases; MATRIX=all runs all of them, as `make matrix` does.
"""

from __future__ import annotations

import os

import pytest

from tests.kind.live import LiveCluster
from tests.matrix.case import Case
from tests.matrix.cases import CASES
from tests.matrix.runner import prepare, run_cases
from tests.matrix.verdict import Outcome

SOME = (
    "goflags-exact-compare",
    "image-name-mismatch",
    "gocoverdir-not-writable",
    "emptydir-lost",
    "extramount-wrong-node",
    "no-signal-handler",
    "mixed-builds",
    "ok-empty-dir",
    "ok-stateful-set",
    "ok-with-its-repo",
)
ASKED = [case for case in CASES if os.environ.get("MATRIX") == "all" or case.name in SOME]


@pytest.fixture(scope="session")
def outcomes(
    request: pytest.FixtureRequest, live_cluster: LiveCluster, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Outcome]:
    """The cases that this session asks for, run side by side."""
    folder = tmp_path_factory.mktemp("matrix")
    prepare(live_cluster, folder)
    asked = {item.callspec.params["case"].name for item in request.session.items if _is_case(item)}
    found = run_cases([case for case in ASKED if case.name in asked], live_cluster, folder)
    return {outcome.case.name: outcome for outcome in found}


def _is_case(item: pytest.Item) -> bool:
    return getattr(item, "originalname", "") == test_case.__name__


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.name)
def test_case(case: Case, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[case.name]
    assert not outcome.complaints, f"{outcome.causes} {outcome.status} {outcome.symptom}"


def test_the_matrix_is_large_enough() -> None:
    assert sum(not case.healthy for case in CASES) >= 30
    assert sum(case.healthy for case in CASES) >= 10
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.name for case in CASES} >= set(SOME)
