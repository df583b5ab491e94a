"""Experiments are found by a walk, name what they claim, and rest on articles that exist."""

from __future__ import annotations

import pytest

from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, ExperimentError, GoVersion, Observed
from knowledge.experiments.registry import all_experiments, chosen, experiment
from knowledge.experiments.runner import not_here

GO = GoVersion("go1.26.8", 26, "linux/amd64")


@pytest.mark.parametrize("each", all_experiments(), ids=lambda each: each.id)
def test_an_experiment_says_what_it_claims_and_does(each):
    assert each.claim.endswith(".")
    assert len(each.claim) <= 160
    assert "Built" in each.how or "." in each.how
    assert each.supports
    assert each.expected != Expected(), "a claim without an expectation proves nothing"


def test_the_briefed_ways_are_covered():
    assert len(all_experiments()) >= 58
    assert [e.id for e in all_experiments()] == sorted(e.id for e in all_experiments())


def test_unknown_ids_are_refused_and_known_ones_come_once():
    assert [e.id for e in chosen(["sigkill", "baseline", "sigkill"])] == ["sigkill", "baseline"]
    assert chosen(None) == all_experiments()
    with pytest.raises(ExperimentError, match="no experiment 'nope'"):
        chosen(["baseline", "nope"])


def test_an_id_must_be_the_name_of_its_function_and_new():
    def baseline(lab: Lab) -> Observed:
        raise AssertionError

    with pytest.raises(ValueError, match="must be a function named"):
        experiment("other", supports=("x",), expected=Expected())(baseline)
    with pytest.raises(ValueError, match="registered twice"):
        experiment("baseline", supports=("x",), expected=Expected())(baseline)


def test_what_cannot_be_run_here_has_a_reason(monkeypatch):
    known = {e.id: e for e in all_experiments()}
    assert not_here(known["baseline"], GO) == ""
    old = GoVersion("go1.22.1", 22, "linux/amd64")
    assert not_here(known["build-info"], old) == "holds from Go 1.23 on"
    assert not_here(known["build-info-before-1-23"], GO) == "holds up to Go 1.22"
    monkeypatch.setenv("PATH", "/nonexistent")
    assert not_here(known["strip-tool"], GO) == "strip is not installed"
    monkeypatch.undo()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert not_here(known["sigterm-as-process-1"], GO) in ("needs root", "unshare is not installed")
