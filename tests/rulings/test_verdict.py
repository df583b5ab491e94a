"""What the symptom and the probes rule out, what becomes of gaps, and where repo and cluster differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.facts.build import CodeFact
from bot.facts.events import DirectoryMake
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.facts.workload import Volume
from bot.model import Certainty, Diagnosis, Effect, Finding, Link, Missing, Status, Symptom
from bot.rulings import judge_live
from tests.rules.live import builders as b
from tests.rules.paths import BUILD, COPY, CREATE, DELETE, DEPLOY, MAIN, REPORT, SCALE, WAIT, at, healthy

LIVE = b.workload()


def repo(**changes: object) -> CoveragePath:
    """A healthy repo that deploys what `builders.workload()` runs and copies it from the node."""
    copy = replace(COPY, source=b.DIRECTORY, node="shop-control-plane")
    events = (BUILD, CREATE, DEPLOY, SCALE, WAIT, copy, REPORT, DELETE)
    made = healthy(*events, workload=LIVE, kind=None)
    return replace(made, image_builds=(replace(BUILD, tags=("shop:coverage",)),), **changes)


def causes(path: CoveragePath | None, live: Live) -> dict[str, Finding]:
    return {each.rule: each for each in judge_live(path, live)[1].causes}


def ruled_out(diagnosis: Diagnosis) -> dict[str, str]:
    return {each.rule: each.summary for each in diagnosis.not_causes}


NO_HANDLER = replace(MAIN, handles_sigterm=False)


def test_files_that_both_lie_there_rule_out_a_missing_handler():
    _, diagnosis = judge_live(repo(main=NO_HANDLER), b.live())
    assert diagnosis.status is Status.CLEAR
    said = ruled_out(diagnosis)["no-signal-handler"]
    assert said.startswith("Ruled out, covmeta and covcounters were written, so the process ended normally: ")


def test_nothing_written_is_not_explained_by_a_missing_handler():
    _, diagnosis = judge_live(repo(main=NO_HANDLER), b.nothing())
    assert "no-signal-handler" not in {each.rule for each in diagnosis.causes}
    assert "Does not explain that nothing was written" in ruled_out(diagnosis)["no-signal-handler"]
    assert diagnosis.status is Status.INCONCLUSIVE
    assert "why nothing was written" in {gap.what for gap in diagnosis.missing}


def test_a_missing_handler_that_was_seen_keeps_the_line_of_main():
    found = causes(repo(main=NO_HANDLER), b.meta_only(b.pod(stop=b.stop(2, 0.2))))["no-signal-handler"]
    assert found.certainty is Certainty.CERTAIN
    assert found.observations
    assert [place.place for place in found.evidence] == [f"{b.OBJECT}:20", MAIN.evidence.place]


def test_what_a_team_does_with_the_files_is_not_settled_by_a_run():
    early = (BUILD, CREATE, DEPLOY, replace(COPY, source=b.DIRECTORY), REPORT, DELETE)
    path = replace(repo(), timeline=healthy(*early).timeline)
    found = causes(path, b.live())["never-stopped"]
    assert [seen.probe for seen in found.observations] == ["files"]


def test_what_explains_the_directory_comes_before_what_loses_its_files():
    early = (BUILD, CREATE, DEPLOY, replace(COPY, source=b.DIRECTORY), REPORT, DELETE)
    path = replace(repo(), timeline=healthy(*early).timeline)
    _, diagnosis = judge_live(path, b.meta_only(b.pod(stop=b.stop(0, 0.1))))
    rules = [each.rule for each in diagnosis.causes]
    assert rules[0] == "hard-exit"
    assert "never-stopped" in rules
    _, diagnosis = judge_live(path, b.nothing())
    assert "why nothing was written" in {gap.what for gap in diagnosis.missing}


def test_a_file_that_could_be_made_rules_out_permissions():
    volume = Volume("coverage", "hostPath", b.at(31), path=b.DIRECTORY, host_type="DirectoryOrCreate")
    made = DirectoryMake(evidence=at(1), path=b.DIRECTORY, where="node", mode=0o755, cwd="")
    path = repo(workload=replace(LIVE, volumes=(volume,)))
    path = replace(path, timeline=(made, *path.timeline))
    _, diagnosis = judge_live(path, b.nothing(b.pod(binary=b.PLAIN)))
    assert "gocoverdir-not-writable" not in {each.rule for each in diagnosis.causes}


def test_files_not_surely_missing_leave_causes_of_the_stop():
    unsure = b.files(Symptom.NOTHING, sure=False)
    assert next(iter(causes(None, b.live(b.pod(stop=b.stop(2, 0.2)), files=unsure)))) == "no-signal-handler"


def test_one_pod_of_two_that_wrote_nothing_makes_the_figure_partial():
    live = b.live(b.pod("shop-1"), b.pod("shop-2", directory=b.DENIED))
    found = causes(None, live)["gocoverdir-not-writable"]
    assert found.effect is Effect.DEGRADES
    assert "1 of 2 pods (shop-2)" in found.summary


def test_pods_that_all_wrote_their_counters_ended_well_whatever_the_exit_code():
    two = (b.META, b.COUNTERS, replace(b.COUNTERS, name=b.COUNTERS.name.replace(".1.", ".2.")))
    live = b.live(b.pod("shop-1"), b.pod("shop-2", stop=b.stop(2, 0.2)), files=b.files(new=two))
    assert causes(None, live) == {}
    one = b.live(b.pod("shop-1"), b.pod("shop-2", stop=b.stop(2, 0.2)))
    assert causes(None, one)["no-signal-handler"].effect is Effect.DEGRADES


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (b.with_container(env=b.environment("/coverdata")), "GOCOVERDIR is /coverdata in the repo"),
        (replace(LIVE, volumes=(Volume("coverage", "hostPath", at(9), path="/x"),)), "hostPath is /x"),
        (replace(LIVE, volumes=(Volume("coverage", "emptyDir", at(9)),)), "the volume is emptyDir"),
    ],
)
def test_repo_and_cluster_differ_where_the_files_lie(ours, name):
    found = causes(repo(workload=ours), b.live())["repo-and-cluster-differ"]
    assert name in found.summary
    assert (found.effect, found.certainty) == (Effect.DEGRADES, Certainty.LIKELY)
    assert found.evidence


@pytest.mark.parametrize(
    "ours",
    [
        replace(LIVE, replicas=b.setting("replicas", "3")),
        replace(LIVE, grace_seconds=b.setting("terminationGracePeriodSeconds", "60")),
        b.with_container(image=b.setting("image", "shop:other")),
        replace(LIVE, node_selector=(b.setting("disk", "ssd"),)),
    ],
    ids=["replicas", "grace period", "image", "node selector"],
)
def test_a_difference_beside_the_files_is_possible_at_most(ours):
    live = b.live(b.pod(), files=None, stopped=False)
    found = causes(repo(workload=ours), live)["repo-and-cluster-differ"]
    assert found.certainty is Certainty.POSSIBLE


@pytest.mark.parametrize(
    "ours",
    [
        b.with_container(image=b.setting("image", "docker.io/library/shop:coverage")),
        b.with_container(image=b.setting("image", "shop:${TAG}")),
        b.with_container(env=b.environment("${dir}")),
        replace(LIVE, grace_seconds=None),
    ],
    ids=["image in full", "unknown tag", "unknown value", "default"],
)
def test_what_may_be_the_same_is_no_difference(ours):
    assert "repo-and-cluster-differ" not in causes(repo(workload=ours), b.live())


def test_the_value_of_the_repo_is_named_where_the_pod_has_another():
    ours = b.with_container(env=b.environment("/coverdata"))
    live = b.nothing(
        b.pod(process=b.process(gocoverdir="/tmp/x"), directory=replace(b.OWN_LAYER, path="/tmp/x")),
        workload=b.with_container(env=b.environment("/tmp/x")),
    )
    _, diagnosis = judge_live(repo(workload=ours), live)
    assert diagnosis.causes[0].rule == "gocoverdir-overridden"
    assert "manifest in the repo sets GOCOVERDIR=/coverdata" in diagnosis.causes[0].summary
    assert {"gocoverdir-not-mounted", "repo-and-cluster-differ"} <= {each.rule for each in diagnosis.folded}


def test_gaps_that_the_run_settled_are_not_needed():
    gaps = (
        Missing("the Dockerfile", "not found", Link.BUILD),
        Missing("the manifest", "not found", Link.RUN),
        Missing("how the files are collected", "the script was not read", Link.COLLECT),
    )
    _, diagnosis = judge_live(repo(missing=gaps), b.live())
    assert [gap.what for gap in diagnosis.missing if gap.needed] == ["how the files are collected"]
    assert diagnosis.status is Status.INCONCLUSIVE


def test_who_scaled_back_is_said():
    _, diagnosis = judge_live(None, b.live(scaled_back="argocd at 10:00"))
    said = [gap for gap in diagnosis.missing if "argocd at 10:00 scaled it up again" in gap.reason]
    assert len(said) == 1
    assert diagnosis.status is Status.CLEAR
    _, diagnosis = judge_live(None, b.nothing(scaled_back="argocd"))
    assert diagnosis.status is Status.INCONCLUSIVE


@pytest.mark.parametrize(
    ("live", "reason"),
    [
        (
            b.nothing(
                b.not_running("CrashLoopBackOff", last=b.ended(1), crash_lines=("no database",)), files=None
            ),
            "CrashLoopBackOff, it ended with exit code 1: no database",
        ),
        (
            b.nothing(
                b.not_running("ContainerCreating"),
                files=None,
                events=(b.event("FailedMount", "configmap shop not found"),),
            ),
            "FailedMount: configmap shop not found",
        ),
        (
            replace(b.live(files=None, events=(b.event("FailedCreate", "exceeded quota"),)), pods=()),
            "FailedCreate: exceeded quota",
        ),
        (b.nothing(b.not_running("CreateContainerConfigError", "runAsNonRoot"), files=None), "runAsNonRoot"),
    ],
)
def test_a_service_that_does_not_start_is_a_gap_and_no_cause(live, reason):
    _, diagnosis = judge_live(None, live)
    assert diagnosis.causes == ()
    assert diagnosis.status is Status.INCONCLUSIVE
    assert any("it does not start" in gap.reason and reason in gap.reason for gap in diagnosis.missing)


def test_a_run_that_collected_nothing_to_look_at_is_not_clear():
    _, diagnosis = judge_live(repo(), b.live(files=None, stopped=False))
    assert diagnosis.status is Status.INCONCLUSIVE


def test_the_file_rule_and_the_live_rule_for_one_cause_become_one():
    relative = b.with_container(env=b.environment("cov"), working_dir=b.setting("workingDir", "/data"))
    main = replace(MAIN, code=(CodeFact("chdir", "/", at(7, "main.go")),))
    live = b.meta_only(
        b.pod(process=b.process(gocoverdir="cov", cwd="/"), directory=b.directory(path="/cov", kind=None)),
        workload=relative,
    )
    _, diagnosis = judge_live(repo(main=main, workload=relative), live)
    rules = [each.rule for each in diagnosis.causes]
    assert rules.count("gocoverdir-relative") == 1
    assert "main.go:7" in {place.place for place in diagnosis.causes[0].evidence}


def test_the_path_shows_the_live_workload():
    path, _ = judge_live(None, b.live())
    assert path.workload == LIVE
    assert {"GOCOVERDIR"} <= {fact.name for fact in path.links[Link.RUN]}
