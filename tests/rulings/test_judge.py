"""One diagnosis of files and cluster: the first cause is the true one, with a repo and without."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Diagnosis, Status
from bot.path import find_service, read_path
from bot.repo.local import open_local
from bot.rulings import judge_live
from tests.rules.live import builders as b
from tests.rules.live.faults import FAULTS, LIVE_FAULTS, OLD, REPO_FAULTS
from tests.rules.live.healthy import HEALTHY, LONE

BASE = Path(__file__).parents[1] / "rules" / "base" / "script"


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CoveragePath]:
    """The path of a healthy repo whose manifest is what `builders.workload()` runs."""
    target = tmp_path_factory.mktemp("repo") / "shop"
    shutil.copytree(BASE, target)
    person = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for args in (("init", "-q"), ("add", "-A"), (*person, "commit", "-qm", "a state")):
        subprocess.run(["git", *args], cwd=target, check=True, capture_output=True)
    with open_local(target) as snapshot:
        yield read_path(snapshot, find_service(snapshot, "shop"))


def as_deployed(repo: CoveragePath, live: Live) -> CoveragePath:
    """The repo as if its manifest were what runs."""
    return replace(repo, workload=live.workload)


def names(table: tuple[tuple[str, str, Live], ...]) -> list[str]:
    return [f"{rule}: {what}" for rule, what, _ in table]


def assert_first(diagnosis: Diagnosis, rule: str) -> None:
    assert diagnosis.causes, diagnosis.missing
    first = diagnosis.causes[0]
    assert first.rule == rule, [(c.rule, c.certainty.value, c.summary) for c in diagnosis.causes]
    assert first.observations
    assert first.evidence
    assert first.summary.endswith(".")
    assert diagnosis.status is Status.FOUND


def assert_clear(diagnosis: Diagnosis) -> None:
    assert [(c.rule, c.summary) for c in diagnosis.causes] == []
    assert [(g.what, g.reason) for g in diagnosis.missing if g.needed] == []
    assert diagnosis.status is Status.CLEAR


@pytest.mark.parametrize(
    ("rule", "what", "live"), [*FAULTS, *LIVE_FAULTS], ids=names((*FAULTS, *LIVE_FAULTS))
)
def test_first_cause_is_the_fault(rule: str, what: str, live: Live) -> None:
    _, diagnosis = judge_live(None, live)
    assert_first(diagnosis, rule)


@pytest.mark.parametrize(("rule", "what", "live"), FAULTS, ids=names(FAULTS))
def test_first_cause_is_the_fault_with_a_repo(rule: str, what: str, live: Live, repo: CoveragePath) -> None:
    _, diagnosis = judge_live(as_deployed(repo, live), live)
    assert_first(diagnosis, "stale-image" if rule == "not-instrumented" else rule)


@pytest.mark.parametrize(("rule", "what", "live"), REPO_FAULTS, ids=names(REPO_FAULTS))
def test_fault_that_only_the_repo_makes_one(rule: str, what: str, live: Live, repo: CoveragePath) -> None:
    _, diagnosis = judge_live(as_deployed(repo, live), live)
    assert_first(diagnosis, rule)


@pytest.mark.parametrize(("what", "live"), [*HEALTHY, *LONE], ids=[what for what, _ in (*HEALTHY, *LONE)])
def test_healthy_run_has_no_cause(what: str, live: Live) -> None:
    _, diagnosis = judge_live(None, live)
    assert_clear(diagnosis)


@pytest.mark.parametrize(("what", "live"), HEALTHY, ids=[what for what, _ in HEALTHY])
def test_healthy_run_has_no_cause_with_a_repo(what: str, live: Live, repo: CoveragePath) -> None:
    _, diagnosis = judge_live(as_deployed(repo, live), live)
    assert_clear(diagnosis)


def test_older_files_are_no_cause_where_the_run_empties_the_directory(repo: CoveragePath) -> None:
    _, diagnosis = judge_live(repo, b.live(files=b.files(stale=(OLD,))))
    assert_clear(diagnosis)
