"""Findings to causes: order, folding, status, and gaps that forbid health."""

from __future__ import annotations

from bot.diagnosis import MAX_GAPS, diagnose
from bot.model import Certainty, Effect, Evidence, Finding, Fix, Link, Missing, Status


def finding(
    rule: str, link: Link, effect: str = "blocks", certainty: str = "certain", *explains: str
) -> Finding:
    place = (Evidence("f", 1, 1),)
    return Finding(rule, link, Effect(effect), Certainty(certainty), rule, "", Fix(""), place, explains)


def test_what_blocks_comes_first_then_the_surer_then_upstream() -> None:
    found = [
        finding("d", Link.BUILD, "degrades"),
        finding("c", Link.BUILD, "blocks", "likely"),
        finding("b", Link.NODE),
        finding("a", Link.RUN),
    ]
    assert [cause.rule for cause in diagnose(found, [], []).causes] == ["a", "b", "c", "d"]


def test_consequences_are_folded_only_by_what_is_as_sure() -> None:
    root = finding("root", Link.RUN, "blocks", "certain", "leaf")
    done = diagnose([root, finding("leaf", Link.NODE)], [], [])
    assert ([c.rule for c in done.causes], [c.rule for c in done.folded]) == (["root"], ["leaf"])
    doubtful = finding("root", Link.RUN, "blocks", "possible", "leaf")
    assert diagnose([doubtful, finding("leaf", Link.NODE)], [], []).folded == ()


def test_status() -> None:
    gap, aside = Missing("x", "y"), Missing("x", "y", needed=False)
    possible = finding("a", Link.RUN, "blocks", "possible")
    assert diagnose([], [], []).status is Status.CLEAR
    assert diagnose([], [], [aside]).status is Status.CLEAR
    assert diagnose([], [], [gap]).status is Status.INCONCLUSIVE
    assert diagnose([possible], [], []).status is Status.INCONCLUSIVE
    assert diagnose([finding("a", Link.RUN)], [], [gap]).status is Status.FOUND
    assert diagnose([finding("a", Link.RUN, "degrades", "possible")], [], []).status is Status.CLEAR


def test_thousands_of_gaps_are_counted_and_the_needed_ones_kept() -> None:
    many = [Missing(str(n), "not read", needed=False) for n in range(5_000)]
    done = diagnose([], [], [*many, Missing("the one", "that matters"), Missing("the one", "that matters")])
    assert len(done.missing) == MAX_GAPS + 1
    assert done.missing[0].what == "the one"
    assert done.missing[-1].what == "4901 further parts"
    assert done.status is Status.INCONCLUSIVE
