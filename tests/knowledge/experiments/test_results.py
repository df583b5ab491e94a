"""Results on disk, the document made of them, and what goes stale by them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.model import Symptom
from knowledge.experiments.document import document
from knowledge.experiments.model import ExperimentError, Observed, Outcome
from knowledge.experiments.registry import all_experiments
from knowledge.experiments.results import load_file, load_results, save_results
from knowledge.experiments.stale import StaleArticle, stale_by_experiments

GOOD = Outcome(
    "sigkill",
    True,
    Observed(Symptom.META_ONLY, 137, "", {"a": 1, "b": True, "c": "d"}),
    (),
    "",
    "go1.26.8",
    "linux/amd64",
    "2026-11-23T02:00:00+00:00",
    0.5,
)
BAD = replace(GOOD, reproduced=False, differences=("symptom BOTH instead of META_ONLY",), go="go1.27.3")
SKIPPED = replace(GOOD, id="scratch", reproduced=None, observed=Observed(), reason="needs root")


def test_what_is_kept_is_what_is_read(tmp_path):
    files = save_results([GOOD, BAD, SKIPPED], tmp_path / "new")
    assert [f.name for f in files] == ["go1.26.8.json", "go1.27.3.json"]
    assert load_results(tmp_path / "new") == (BAD, SKIPPED, GOOD)


def test_a_partial_run_leaves_the_other_results(tmp_path):
    save_results([GOOD, SKIPPED], tmp_path)
    newer = replace(GOOD, seconds=9.0)
    save_results([newer], tmp_path)
    assert load_results(tmp_path) == (SKIPPED, newer)


def test_the_newest_go_comes_first(tmp_path):
    versions = ["go1.9.1", "go1.26.8", "go1.27.3", "go1.26.10"]
    save_results([replace(GOOD, go=v) for v in versions], tmp_path)
    assert [o.go for o in load_results(tmp_path)] == ["go1.27.3", "go1.26.10", "go1.26.8", "go1.9.1"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"go": 1, "platform": "x", "outcomes": [{}]}',
        '{"go": 1, "platform": 2, "outcomes": 3}',
        "[" * 100_000,
        '{"go": "g", "platform": "p", "outcomes": [{"reproduced": 0, "observed": {"symptom": 1}}]}',
    ],
)
def test_a_broken_file_is_named(tmp_path, text):
    (tmp_path / "go1.json").write_text(text)
    with pytest.raises(ExperimentError, match=r"go1\.json does not hold results"):
        load_results(tmp_path)


def test_results_that_cannot_be_kept_are_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExperimentError, match="cannot be kept"):
        save_results([GOOD], tmp_path / "file")


def test_no_results_are_no_error(tmp_path):
    assert load_results(tmp_path / "nowhere") == ()
    with pytest.raises(ExperimentError):
        load_file(tmp_path / "nowhere")


@dataclass(frozen=True)
class Cited:
    id: str
    experiments: tuple[str, ...]


ARTICLES = [Cited("hard-exit", ("sigkill", "scratch")), Cited("a", ("sigkill",)), Cited("b", ("baseline",))]


def test_an_article_goes_stale_with_its_claim():
    why = "sigkill did not reproduce with go1.27.3 on 2026-11-23: symptom BOTH instead of META_ONLY"
    assert stale_by_experiments(ARTICLES, [GOOD, BAD, SKIPPED]) == (
        StaleArticle("a", "sigkill", why),
        StaleArticle("hard-exit", "sigkill", why),
    )


def test_what_reproduced_or_was_not_run_makes_nothing_stale():
    assert stale_by_experiments(ARTICLES, [GOOD, SKIPPED]) == ()
    assert stale_by_experiments(ARTICLES, []) == ()
    assert stale_by_experiments([], [BAD]) == ()


def test_the_latest_run_with_a_go_counts():
    later = replace(BAD, reproduced=True, differences=(), date="2026-12-01T00:00:00+00:00")
    assert stale_by_experiments(ARTICLES, [later, BAD]) == ()
    assert len(stale_by_experiments(ARTICLES, [BAD, replace(later, reproduced=None)])) == 2


def test_the_document_tells_what_came_out_where():
    some = [e for e in all_experiments() if e.id in ("sigkill", "scratch", "baseline")]
    text = document(some, [GOOD, BAD, SKIPPED])
    assert "| go1.26.8 | linux/amd64 | 2026-11-23 | 1 | 0 | 1 |" in text
    assert "| go1.27.3 | linux/amd64 | 2026-11-23 | 0 | 1 | 0 |" in text
    assert "- Reproduced with go1.26.8 (2026-11-23)" in text
    assert "- Not reproduced with go1.27.3 (2026-11-23): symptom BOTH instead of META_ONLY" in text
    assert "- Skipped with go1.26.8: needs root" in text
    assert "- Not run yet" in text
