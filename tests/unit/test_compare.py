"""Two paths side by side: what differs, and which differences a finding rests on."""

from __future__ import annotations

import pytest

from bot.check import Check
from bot.compare import Row, compare
from bot.facts.path import CoveragePath
from bot.facts.workload import Workload
from bot.model import (
    Certainty,
    Diagnosis,
    Effect,
    Evidence,
    Finding,
    Fix,
    Link,
    LinkFact,
    RepoRef,
    Service,
    Status,
)


def place(line: int, end_line: int | None = None, path: str = "k.yaml") -> Evidence:
    return Evidence(path, line, end_line or line)


def fact(value: str, line: int = 1, name: str = "volume") -> LinkFact:
    return LinkFact(name, value, place(line))


def finding(*evidence: Evidence, rule: str = "broken", certainty: Certainty = Certainty.CERTAIN) -> Finding:
    return Finding(rule, Link.VOLUME, Effect.BLOCKS, certainty, "It fails.", "", Fix(""), evidence)


def side(
    *facts: LinkFact,
    name: str = "shop",
    workload: str = "",
    causes: tuple[Finding, ...] = (),
    folded: tuple[Finding, ...] = (),
) -> Check:
    path = CoveragePath(
        Service(name, {}),
        RepoRef("acme/shop", "0" * 40),
        workload=Workload("Deployment", workload, None, place(1), "yaml", ()) if workload else None,
        links={Link.VOLUME: facts},
    )
    return Check(path, Diagnosis(Status.FOUND, causes, (), (), folded=folded))


def row(left: Check, right: Check) -> Row:
    (only,) = compare(left, right).rows
    return only


def test_rows_stand_in_the_order_of_the_path_and_of_their_names() -> None:
    facts = {Link.RUN: (fact("1", name="replicas"),), Link.BUILD: (fact("x", name="module"),)}
    left, right = (
        side(fact("a"), fact("b", name="user")),
        side(fact("c", name="fsGroup"), fact("d", name="user")),
    )
    one = Check(
        CoveragePath(left.path.service, left.path.repo, links={**left.path.links, **facts}), left.diagnosis
    )
    rows = compare(one, right).rows
    assert [(r.link.value, r.name) for r in rows] == [
        ("build", "module"),
        ("run", "replicas"),
        ("volume", "volume"),
        ("volume", "user"),
        ("volume", "fsGroup"),
    ]
    assert (rows[2].right, rows[4].left) == ((), ())


def test_facts_of_one_name_are_one_row() -> None:
    both = row(side(fact("a", 1), fact("b", 2)), side(fact("a", 7)))
    assert [f.value for f in both.left] == ["a", "b"]
    assert both.differs


def test_the_same_value_at_another_place_or_condition_is_no_difference() -> None:
    guarded = LinkFact("volume", "hostPath /cov", place(9, path="other.yaml"), "E2E=true")
    comparison = compare(side(fact("hostPath /cov")), side(guarded))
    assert comparison.differing == comparison.mattering == ()
    assert len(comparison.rows) == 1


@pytest.mark.parametrize(
    ("left", "right", "differs"),
    [
        ("data-storage-e2e", "signal-e2e", False),
        ("DataStorage:e2e", "signal:e2e", False),
        ("data_storage", "signal", False),
        ("data-storage-controller", "signal", False),
        ("data-storage-e2e", "signal-test", True),
        ("data-storage", "signals", True),
        ("signal", "data-storage", True),
    ],
)
def test_the_services_own_names_are_taken_out(left: str, right: str, differs: bool) -> None:
    found = row(side(fact(left), name="data-storage"), side(fact(right), name="signal"))
    assert found.differs is differs


def test_the_workloads_name_is_taken_out_too_and_names_are_no_patterns() -> None:
    assert not row(side(fact("api pod"), workload="api"), side(fact("web pod"), workload="web")).differs
    assert row(side(fact("shop"), name="s.op"), side(fact("s.op"), name="s.op")).differs


class TestMattering:
    def test_a_finding_that_cites_the_lines_rests_on_the_difference(self) -> None:
        broken = side(fact("emptyDir", 5), causes=(finding(place(4, 6)),))
        healthy = side(fact("hostPath", 5))
        assert row(broken, healthy).matters == ("broken",)
        assert row(healthy, broken).matters == ("broken",)
        assert compare(broken, healthy).mattering == compare(broken, healthy).differing

    def test_folded_consequences_count_and_each_rule_once(self) -> None:
        twice = (finding(place(5)), finding(place(5)))
        broken = side(fact("emptyDir", 5), causes=twice, folded=(finding(place(5), rule="later"),))
        assert row(broken, side(fact("hostPath"))).matters == ("broken", "later")

    @pytest.mark.parametrize(
        "cause",
        [
            finding(place(6)),
            finding(place(5, path="other.yaml")),
            finding(),
            finding(place(5), certainty=Certainty.POSSIBLE),
        ],
    )
    def test_others_do_not(self, cause: Finding) -> None:
        assert row(side(fact("emptyDir", 5), causes=(cause,)), side(fact("hostPath"))).matters == ()

    def test_what_both_have_or_what_is_the_same_does_not(self) -> None:
        cause = (finding(place(5)),)
        assert row(side(fact("a", 5), causes=cause), side(fact("b", 5), causes=cause)).matters == ()
        assert row(side(fact("a", 5), causes=cause), side(fact("a", 5))).matters == ()

    def test_a_fact_that_spans_a_whole_file_says_nothing(self) -> None:
        wide = LinkFact("volume", "emptyDir", place(1, 41))
        bare = LinkFact("volume", "emptyDir")
        for each in (wide, bare):
            assert row(side(each, causes=(finding(place(5)),)), side(fact("hostPath"))).matters == ()
