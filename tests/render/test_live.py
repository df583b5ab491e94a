"""A live run as people read it: figures, bars, verdict; within Slack's limits whatever it says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.covdata.summary import PackageRow, Row, Summary
from bot.diagnosis import diagnose
from bot.errors import CovcheckError
from bot.facts.live import Ended, FileSeen, FilesSeen, Live, PodSeen, StopSeen
from bot.facts.path import CoveragePath
from bot.localslack.limits import message_error
from bot.localslack.reading import reading, runs
from bot.model import Diagnosis, Effect, Finding, Missing, Observation, RepoRef, Service, Symptom
from bot.render.live_view import bar, live_headline, live_view, spoken_seconds, what_was_done
from bot.render.slack_live import (
    live_detail_posts,
    live_failed_post,
    live_posts,
    over_post,
    people_post,
    plan_posts,
    running_post,
)
from tests.render.test_slack import COMMIT, accept, findings, gaps, words
from tests.scenarios.factwork import MISMATCH

SEEN = Observation("stop", "pod a", "ended")


@dataclass(frozen=True)
class Result:
    live: Live
    path: CoveragePath
    diagnosis: Diagnosis
    coverage: Summary | None
    commit: str | None
    seconds: float


def summary(*figures: tuple[int, int]) -> Summary:
    """A summary of packages of so many statements, of which so many ran."""
    rows = tuple(
        PackageRow(f"a/p{n}", s, c, (Row(f"a/p{n}/x.go", s, c),)) for n, (s, c) in enumerate(figures)
    )
    files = tuple(row.files[0] for row in rows)
    return Summary("set", sum(s for s, _ in figures), sum(c for _, c in figures), rows, files)


def pod(name: str, ended: Ended | None, seconds: float = 1.25) -> PodSeen:
    stop = StopSeen(seconds, 30, ended, (), (), False, SEEN)
    return PodSeen(name, "u", "n", "Running", "c", "i", "id", 0, SEEN, stop=stop)


def seen(**more: object) -> Live:
    given = {"service": "shop", "cluster": "kind-dev", "namespace": "a", "target": "deployment/shop"}
    return Live(**{**given, "container": None, "workload": None, "pods": (), "nodes": (), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("covered", "statements", "shown"),
    [
        (0, 10, "░░░░░░░░░░"),
        (10, 10, "██████████"),
        (5, 10, "█████░░░░░"),
        (1, 10_000, "▏░░░░░░░░░"),
        (9_999, 10_000, "█████████▉"),
        (25, 100, "██▌░░░░░░░"),
        (0, 0, "          "),
    ],
)
def test_bars_are_full_or_empty_only_when_all_or_nothing_ran(
    covered: int, statements: int, shown: str
) -> None:
    assert bar(covered, statements) == shown


STALE = replace(MISMATCH, rule="stale-data", effect=Effect.DEGRADES)


@pytest.mark.parametrize(
    ("symptom", "causes", "figures", "says"),
    [
        (Symptom.BOTH, (), summary((4, 1)), "shop @ 4f2c1e7 · coverage 25.0% of 4 statements"),
        (Symptom.BOTH, (MISMATCH,), summary((4, 1)), "its coverage (25.0%), but it does NOT reach you"),
        (Symptom.BOTH, (STALE,), summary((4, 1)), "25.0% of 4 statements, but WRONG or PARTIAL"),
        (Symptom.BOTH, (), None, "coverage was written and gives no figure"),
        (Symptom.BOTH, (), summary(), "coverage was written and gives no figure"),
        (Symptom.NOTHING, (MISMATCH,), None, "EMPTY: no file was written"),
        (Symptom.META_ONLY, (), None, "EMPTY: covmeta without covcounters; no cause was found"),
        (Symptom.COUNTERS_ONLY, (MISMATCH,), None, "EMPTY: covcounters without covmeta"),
        (None, (), None, "the run did not show whether coverage is written"),
    ],
)
def test_the_verdict_in_one_line(
    symptom: Symptom | None, causes: tuple[Finding, ...], figures: Summary | None, says: str
) -> None:
    said = live_headline("shop", COMMIT, diagnose(causes, (), (), symptom), figures)
    assert said.endswith(says)


def test_what_was_stopped_and_put_back_is_told_line_by_line() -> None:
    pods = (
        pod("a", Ended(0, "Completed")),
        pod("b", Ended(137, "Error", 9), 30.04),
        pod("c", Ended(143, "", 15)),
        pod("d", None),
    )
    live = seen(pods=pods, stopped=True, scaled_back="argocd", restored=("deployment/shop is at 4.",))
    assert what_was_done(live) == [
        "a was stopped: ended after 1.2 s of 30 s grace, with exit code 0 (Completed).",
        "b was stopped: ended after 30.0 s of 30 s grace, with exit code 137 (Error, signal 9).",
        "c was stopped: ended after 1.2 s of 30 s grace, with exit code 143, signal 15.",
        "d was stopped: ended after 1.2 s of 30 s grace, how is not known.",
        "Scaled up again during the run by argocd.",
        "deployment/shop is at 4.",
    ]
    assert what_was_done(seen()) == ["Nothing was stopped."]


def test_durations() -> None:
    assert [spoken_seconds(s) for s in (-1.0, 0.4, 119.4, 125)] == ["0 s", "0 s", "119 s", "2 min 5 s"]


def test_the_largest_packages_come_first_and_none_is_lost() -> None:
    coverage = summary(*((n + 1, n // 2) for n in range(150)), (0, 0))
    result = Result(
        seen(), CoveragePath(Service("shop", {}), RepoRef("", "")), diagnose((), (), ()), coverage, None, 1.0
    )
    view = live_view(result)
    assert [row.statements for row in view.packages[:3]] == [150, 149, 148]
    assert len(view.packages) == 150
    said = "\n".join(reading(post.blocks) for post in live_posts(view, "r" * 32, "p" * 32))
    assert all(f"a/p{n}\n" in f"{said}\n" for n in range(150))


observations = st.builds(Observation, words, words, words, words, words)
figures = st.lists(st.tuples(words, st.integers(0, 10**7), st.integers(0, 10**7)), max_size=30)


@st.composite
def results(draw: st.DrawFn) -> Result:
    rows = tuple(
        PackageRow(p, max(s, c), min(s, c), (Row(p, max(s, c), min(s, c)),)) for p, s, c in draw(figures)
    )
    total = Summary("set", sum(r.statements for r in rows), sum(r.covered for r in rows), rows, rows)
    noted = tuple(draw(st.lists(observations, max_size=3))) * draw(st.sampled_from([1, 40]))
    live = seen(
        service=draw(words),
        cluster=draw(words),
        pods=(pod(draw(words), Ended(1, draw(words))),) * draw(st.sampled_from([0, 1, 40])),
        restored=(draw(words),) * draw(st.sampled_from([0, 1, 40])),
        observations=noted,
        stopped=True,
    )
    causes = [_with(f, noted[:8]) for f in draw(st.lists(findings, max_size=3))]
    missing: list[Missing] = draw(st.lists(gaps, max_size=3)) * draw(st.sampled_from([1, 20]))
    path = CoveragePath(Service(live.service, {}), RepoRef(draw(words), COMMIT))
    symptom = draw(st.one_of(st.none(), st.sampled_from(Symptom)))
    return Result(live, path, diagnose(causes, (), missing, symptom), total, COMMIT, 3.0)


def _with(finding: Finding, noted: tuple[Observation, ...]) -> Finding:
    return replace(finding, observations=noted)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(results())
def test_whatever_a_run_says_its_messages_are_within_the_limits(result: Result) -> None:
    view = live_view(result)
    accept(live_posts(view, "r" * 32, "p" * 32))
    accept(live_detail_posts(view, "r" * 32))


@settings(max_examples=20, deadline=None)
@given(st.lists(words, max_size=90), words)
def test_whatever_a_plan_says_it_is_within_the_limits(lines: list[str], text: str) -> None:
    accept(plan_posts(lines, "p" * 32, text, text or None, 15))
    accept((running_post(text, None, text), over_post(text or "x", "p" * 32)))
    accept((live_failed_post(CovcheckError(text, hint=text), "r" * 32, "p" * 32),))


def test_only_an_id_is_ever_a_mention() -> None:
    post = people_post("Those who may:", ("U1", "W2", "U1> <!channel", "here", ""), again="p")
    assert [run["user_id"] for run in runs(post.blocks) if run["type"] == "user"] == ["U1", "W2"]
    assert message_error(post.payload()) is None
    assert "<!channel" not in post.text


@pytest.mark.parametrize(
    ("volume", "count", "says"),
    [
        ("hostPath", 2, ["The 2 files of this run stay in /cov on node a."]),
        ("persistentVolumeClaim", 1, ["The 1 file of this run stays in /cov on node a."]),
        ("hostPath", 0, []),
        ("emptyDir", 2, []),
    ],
)
def test_files_that_outlive_the_pod_are_told(volume: str, count: int, says: list[str]) -> None:
    new = tuple(FileSeen(f"covcounters.a.{n}.1", 1, 0.0) for n in range(count))
    files = FilesSeen(volume, "/cov on node a", Symptom.BOTH, new, (), None, (), SEEN)
    assert what_was_done(seen(stopped=True, files=files)) == says
