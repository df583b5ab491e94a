"""Every live rule speaks up in some fault, in one clean sentence, and none of them in a healthy run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.facts.live import Backing, Live
from bot.model import Finding
from bot.rules.live.registry import all_live_rules
from tests.rules.live import builders as b
from tests.rules.live.faults import FAULTS, LIVE_FAULTS, REPO_FAULTS
from tests.rules.live.healthy import HEALTHY
from tests.rules.paths import COPY, REPORT, TWO_NODES, healthy

BESIDE_A_REPO = {"repo-and-cluster-differ", "collect-wrong-path", "extramount-missing"}
"""Live rules that need more of a repo than the table gives; tested below and in tests/rulings."""


def found(live: Live, path=None) -> dict[str, Finding]:
    items = [item for rule in all_live_rules() for item in rule.run(live, path)]
    return {item.rule: item for item in items if isinstance(item, Finding)}


def test_every_live_rule_has_a_fault():
    told = {rule for rule, _, _ in (*FAULTS, *LIVE_FAULTS, *REPO_FAULTS)}
    assert {rule.id for rule in all_live_rules()} - told == BESIDE_A_REPO


@pytest.mark.parametrize(
    ("rule", "what", "live"), FAULTS, ids=[f"{rule}: {what}" for rule, what, _ in FAULTS]
)
def test_the_rule_itself_says_what_was_seen(rule: str, what: str, live: Live) -> None:
    finding = found(live)[rule]
    assert finding.observations
    assert finding.evidence
    for text in (finding.summary, finding.why, finding.fix.text):
        assert "None" not in text
        assert text.endswith((".", "`."))
        assert len(text) < 330
    assert finding.fix.patch is None


@pytest.mark.parametrize(("what", "live"), HEALTHY, ids=[what for what, _ in HEALTHY])
def test_no_blocking_word_about_places_in_a_healthy_run(what: str, live: Live) -> None:
    stop = {"shell-entrypoint", "no-signal-handler", "shutdown-blocked", "hard-exit"}
    assert set(found(live)) <= stop  # what the exit code alone suggests is ruled out by the files


def test_a_workload_without_pods_and_facts_is_no_trouble():
    assert found(replace(b.live(), pods=(), workload=None, files=None, node_directories=())) == {}


def test_an_image_that_the_repo_names_otherwise_is_named():
    live = b.nothing(b.not_running("ImagePullBackOff", image="localhost/shop:coverage"), files=None)
    finding = found(live, healthy())["image-name-mismatch"]
    assert "the repo builds shop:e2e" in finding.summary


def on_the_node(backing: Backing) -> Live:
    return b.live(
        b.pod(node="shop-worker"),
        nodes=(b.node("shop-worker", "worker"),),
        node_directories=(b.behind(backing, on="shop-worker"),),
    )


def test_no_extramount_matters_where_the_report_reads_the_host():
    path = healthy(replace(REPORT, inputs=("/tmp/out",)), kind=TWO_NODES)
    assert "extramount-missing" not in found(on_the_node(Backing.HOST), path)
    assert found(on_the_node(Backing.NODE), path)["extramount-missing"].observations


def test_a_tmpfs_of_the_node_matters_where_docker_cp_reads_it():
    tmp = replace(b.workload().volumes[0], path="/tmp/cov")
    live = replace(on_the_node(Backing.TMPFS), workload=replace(b.workload(), volumes=(tmp,)))
    path = healthy(replace(COPY, source="/tmp/cov"), REPORT, kind=TWO_NODES)
    assert found(live, path)["collect-wrong-path"].certainty.value == "certain"
    by_tar = healthy(replace(COPY, source="/tmp/cov", tool="podman cp"), REPORT, kind=TWO_NODES)
    assert "collect-wrong-path" not in found(live, by_tar)
