"""The live run that is proposed, and when none is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Link, Missing, Status
from knowledge.answering.model import ClaimCheck, ClaimVerdict, Side
from knowledge.answering.proposal import propose, wants_session
from knowledge.requests.model import Claim, HelpRequest, Option, Stated, Subject

EMPTY = HelpRequest("", "", "")


def with_option(title: str, ask: str = "") -> HelpRequest:
    return replace(EMPTY, options=(Option("3", title, 1, (Stated(ask, 2),) if ask else ()),))


@pytest.mark.parametrize(
    ("title", "ask"),
    [
        ("Pair Programming Session", ""),
        ("Option C", "Could somebody debug it with us live?"),
        ("A quick call", ""),
    ],
)
def test_a_session_becomes_a_run(title: str, ask: str, theirs: Side) -> None:
    proposal = propose(with_option(title, ask), theirs)
    assert proposal is not None
    assert proposal.command == "covcheck live signalprocessing -n platform"
    assert f'"{title}"' in proposal.text
    assert "waits for a confirmation" in proposal.text
    assert proposal.settles == (
        "that coverage really arrives: the run shows covmeta, covcounters and the figure",
    )


@pytest.mark.parametrize(
    "title", ["Quick Comparison", "Review our setup", "Lively discussion", "Recall the docs"]
)
def test_other_options_are_no_session(title: str) -> None:
    assert wants_session(with_option(title)) is None


def test_nothing_open_and_nothing_asked_gives_no_run(theirs: Side) -> None:
    assert propose(EMPTY, theirs) is None
    assert propose(with_option("A call"), None) is None


def test_what_files_leave_open_is_what_it_settles(theirs: Side) -> None:
    gap = Missing("whether uid 1001 may write", "the directory is made at run time", Link.VOLUME)
    diagnosis = replace(theirs.diagnosis, status=Status.INCONCLUSIVE, missing=(gap,))
    proposal = propose(EMPTY, replace(theirs, diagnosis=diagnosis))
    assert proposal is not None
    assert proposal.settles[0] == "whether uid 1001 may write: the directory is made at run time"
    claim = Claim(Subject.MOUNT, "writable", "Volume writable", 3)
    check = ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, "Files do not tell.")
    by_claim = propose(EMPTY, theirs, (check,))
    assert by_claim is not None
    assert by_claim.settles[0] == 'your statement "Volume writable"'
    passed = replace(check, claim=replace(claim, subject=Subject.TESTS_PASS))
    assert propose(EMPTY, theirs, (passed,)) is None


def test_a_namespace_that_is_not_known_is_left_to_the_reader(ours: Side) -> None:
    assert ours.path.workload is not None
    path = replace(ours.path, workload=replace(ours.path.workload, namespace="${NS}"))
    proposal = propose(with_option("A call"), replace(ours, path=path))
    assert proposal is not None
    assert proposal.command == "covcheck live datastorage -n NAMESPACE"
    odd = replace(ours.path, workload=replace(ours.path.workload, namespace="a; rm -rf /"))
    proposal = propose(with_option("A call"), replace(ours, path=odd))
    assert proposal is not None
    assert proposal.command.endswith("-n 'a; rm -rf /'")
