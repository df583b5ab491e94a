"""The fault matrix: every fault is named first, every healthy variant is clean. See tests/matrix."""

from __future__ import annotations

import pytest

from tests.kind.live import LiveCluster
from tests.matrix.case import Case
from tests.matrix.cases import CASES
from tests.matrix.runner import prepare, run_cases
from tests.matrix.verdict import Outcome

pytestmark = pytest.mark.xdist_group("kind-matrix")


@pytest.fixture(scope="session")
def outcomes(
    request: pytest.FixtureRequest, live_cluster: LiveCluster, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Outcome]:
    """The cases that this session asks for, run side by side."""
    folder = tmp_path_factory.mktemp("matrix")
    prepare(live_cluster, folder)
    asked = {item.callspec.params["case"].name for item in request.session.items if _is_case(item)}
    found = run_cases([case for case in CASES if case.name in asked], live_cluster, folder)
    return {outcome.case.name: outcome for outcome in found}


def _is_case(item: pytest.Item) -> bool:
    return getattr(item, "originalname", "") == test_case.__name__


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[case.name]
    assert not outcome.complaints, f"{outcome.causes} {outcome.status} {outcome.symptom}"


def test_the_matrix_is_large_enough() -> None:
    assert sum(not case.healthy for case in CASES) >= 30
    assert sum(case.healthy for case in CASES) >= 10
    assert len({case.name for case in CASES}) == len(CASES)
