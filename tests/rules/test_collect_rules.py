from __future__ import annotations

from dataclasses import replace

import pytest

from bot.facts.build import CopyFrom, Dockerfile, GoBuild, GoModule, Stage
from bot.facts.events import Clean, DirectoryMake, Event, FileCheck, Upload
from bot.facts.workload import Volume
from bot.model import Certainty, Effect, RepoRef
from tests.rules.paths import (
    BUILD,
    COPY,
    CREATE,
    DELETE,
    DEPLOY,
    MAKE,
    PINNED,
    REPORT,
    SCALE,
    WAIT,
    WORKLOAD,
    at,
    certainty,
    dockerfile,
    findings,
    gaps,
    healthy,
    kind,
    mount,
    node,
    setting,
)

SETUP: tuple[Event, ...] = (BUILD, CREATE, DEPLOY, SCALE, WAIT)
CONTROL = node("control-plane", "control-plane")
POD_COPY = replace(COPY, tool="kubectl cp", where="pod", node=None, pod="shop-0")
STATEFUL = replace(WORKLOAD, kind="StatefulSet")


def test_quiet_on_the_healthy_path() -> None:
    for rule in (
        "collect-after-teardown",
        "collect-wrong-path",
        "collect-nested",
        "collect-wrong-node",
        "collect-one-replica",
        "no-tar-in-image",
        "no-shell-in-image",
        "stale-data",
        "empty-input-succeeds",
        "container-source-paths",
        "upload-path-mismatch",
    ):
        assert certainty(rule, healthy()) is None, rule


def test_the_cluster_is_gone_before_the_copy() -> None:
    assert certainty("collect-after-teardown", healthy(*SETUP, DELETE, COPY, REPORT)) is Certainty.CERTAIN


def test_clearing_away_an_old_cluster_first_is_no_teardown() -> None:
    assert certainty("collect-after-teardown", healthy(BUILD, DELETE, *SETUP[1:], COPY, REPORT)) is None


def test_an_extramount_outlives_the_cluster() -> None:
    path = healthy(*SETUP, DELETE, REPORT, kind=kind(CONTROL, node("worker", "worker", mount())))
    assert certainty("collect-after-teardown", path) is None


def test_a_namespace_takes_its_pods_but_not_the_nodes_files() -> None:
    namespace = replace(DELETE, what="namespace", name="shop-e2e")
    assert certainty("collect-after-teardown", healthy(*SETUP, namespace, COPY, REPORT)) is None
    path = healthy(*SETUP, namespace, POD_COPY, REPORT, workload=STATEFUL)
    assert certainty("collect-after-teardown", path) is Certainty.CERTAIN


def test_a_copy_on_an_error_path_is_no_collection() -> None:
    from bot.facts.build import Guard

    early = replace(COPY, guards=(Guard("err != nil", error_path=True),))
    path = healthy(BUILD, CREATE, DEPLOY, early, SCALE, WAIT, COPY, REPORT)
    assert certainty("never-stopped", path) is None


def test_the_copy_reads_another_directory_than_the_pod_writes() -> None:
    path = healthy(*SETUP, replace(COPY, source="/coverage"), REPORT)
    [finding] = findings("collect-wrong-path", path)
    assert finding.certainty is Certainty.CERTAIN
    assert "/coverdata" in finding.summary
    assert "/coverage" in finding.summary


@pytest.mark.parametrize("source", ["/", "/coverdata", "/coverdata/sub", "${dir}", "${root}/data"])
def test_a_copy_of_the_directory_or_one_above_is_fine(source: str) -> None:
    path = healthy(*SETUP, replace(COPY, source=source), REPORT)
    assert certainty("collect-wrong-path", path) is None


def test_docker_cp_cannot_read_the_tmpfs_of_a_kind_node() -> None:
    [container] = WORKLOAD.containers
    volume = Volume("coverage", "hostPath", at(17, "shop.yaml"), path="/tmp/coverage")
    moved = replace(WORKLOAD, containers=(container,), volumes=(volume,))
    copy = replace(COPY, source="/tmp/coverage")
    assert certainty("collect-wrong-path", healthy(*SETUP, copy, REPORT, workload=moved)) == "certain"
    streamed = replace(copy, tool="docker exec")
    assert certainty("collect-wrong-path", healthy(*SETUP, streamed, REPORT, workload=moved)) is None
    mounted = kind(CONTROL, node("worker", "worker", mount("/x", "/tmp/coverage")))
    assert (
        certainty("collect-wrong-path", healthy(*SETUP, copy, REPORT, workload=moved, kind=mounted)) is None
    )


def test_an_empty_dir_is_not_on_the_node() -> None:
    inside = replace(WORKLOAD, volumes=(Volume("coverage", "emptyDir", at(17, "shop.yaml")),))
    assert certainty("collect-wrong-path", healthy(workload=inside)) is Certainty.CERTAIN


def test_a_helper_pod_may_mount_the_files_anywhere() -> None:
    helper = replace(POD_COPY, pod="copy-pod", source="/mnt/cov")
    assert certainty("collect-wrong-path", healthy(*SETUP, helper, REPORT)) is None
    own = replace(POD_COPY, source="/mnt/cov")
    assert certainty("collect-wrong-path", healthy(*SETUP, own, REPORT, workload=STATEFUL)) == "certain"
    unknown = replace(POD_COPY, pod="${pod}", source="/mnt/cov")
    assert certainty("collect-wrong-path", healthy(*SETUP, unknown, REPORT)) is Certainty.POSSIBLE


def test_a_report_of_another_directory_than_the_copy_fills() -> None:
    away = replace(REPORT, inputs=("coverdata",))
    into = replace(COPY, destination="coverdata", cwd="test/e2e")
    [finding] = findings("collect-wrong-path", healthy(*SETUP, into, away))
    assert (finding.certainty, finding.effect) == (Certainty.CERTAIN, Effect.BLOCKS)
    right = replace(away, cwd="test/e2e")
    assert certainty("collect-wrong-path", healthy(*SETUP, into, right)) is None
    [mild] = findings("collect-wrong-path", healthy(*SETUP, into, right, away))
    assert (mild.certainty, mild.effect) == (Certainty.LIKELY, Effect.DEGRADES)


def test_reports_of_merged_or_unknown_directories_are_left_alone() -> None:
    merge = replace(REPORT, verb="merge", inputs=("/tmp/out",), output="/tmp/merged")
    merged = replace(REPORT, inputs=("/tmp/merged",))
    assert certainty("collect-wrong-path", healthy(*SETUP, COPY, merge, merged)) is None
    unknown = replace(REPORT, inputs=("${INPUTS}",))
    assert certainty("collect-wrong-path", healthy(*SETUP, COPY, unknown)) is None
    unit = replace(REPORT, inputs=("/work/unit",))
    assert certainty("collect-wrong-path", healthy(*SETUP, COPY, REPORT, unit)) is None


NEST = replace(COPY, contents_only=False)


def test_a_directory_copied_to_one_that_exists_lands_inside_it() -> None:
    assert certainty("collect-nested", healthy(MAKE, *SETUP, NEST, REPORT)) is Certainty.CERTAIN


def test_a_fresh_destination_takes_the_contents() -> None:
    assert certainty("collect-nested", healthy(*SETUP, NEST, REPORT)) is None
    removed = Clean(evidence=at(5), path="/tmp/out", cwd="")
    assert certainty("collect-nested", healthy(MAKE, *SETUP, removed, NEST, REPORT)) is None


def test_contents_kubectl_cp_and_a_report_of_the_nested_directory_are_fine() -> None:
    assert certainty("collect-nested", healthy(MAKE, *SETUP, COPY, REPORT)) is None
    kubectl = replace(NEST, tool="kubectl cp", where="pod", node=None, pod="shop-0")
    assert certainty("collect-nested", healthy(MAKE, *SETUP, kubectl, REPORT)) is None
    inside = replace(REPORT, inputs=("/tmp/out/coverdata",))
    assert certainty("collect-nested", healthy(MAKE, *SETUP, NEST, inside)) is None


def test_a_copy_from_one_of_two_workers_is_likely() -> None:
    three = kind(CONTROL, node(), node("worker", "worker2"))
    assert certainty("collect-wrong-node", healthy(kind=three)) is Certainty.LIKELY
    second = replace(COPY, node="shop-worker2")
    assert certainty("collect-wrong-node", healthy(*SETUP, COPY, second, REPORT, kind=three)) is None
    every = replace(COPY, node="${node}")
    assert certainty("collect-wrong-node", healthy(*SETUP, every, REPORT, kind=three)) is None


def test_the_taint_keeps_the_pod_off_the_control_plane() -> None:
    wrong = replace(COPY, node="${cluster}-control-plane")
    assert certainty("collect-wrong-node", healthy(*SETUP, wrong, REPORT)) is Certainty.CERTAIN
    single = kind(CONTROL)
    assert certainty("collect-wrong-node", healthy(*SETUP, wrong, REPORT, kind=single)) is None


def test_nodes_that_share_a_host_directory_will_both_do() -> None:
    both = kind(node("control-plane", "control-plane", mount()), node("worker", "worker", mount()))
    assert certainty("collect-wrong-node", healthy(kind=both, workload=PINNED)) is None


def test_a_node_that_the_cluster_does_not_have() -> None:
    third = replace(COPY, node="shop-worker3")
    assert certainty("collect-wrong-node", healthy(*SETUP, third, REPORT)) is Certainty.CERTAIN
    container = replace(COPY, node="builder")
    assert certainty("collect-wrong-node", healthy(*SETUP, container, REPORT)) is None


def test_affinity_is_not_evaluated_but_said() -> None:
    bound = replace(WORKLOAD, affinity=(setting("zone", "In a"),))
    assert gaps("collect-wrong-node", healthy(workload=bound)) == ["the node that runs the pod"]


TWO_PODS = replace(
    STATEFUL,
    replicas=setting("replicas", "2", 3),
    volumes=(Volume("coverage", "emptyDir", at(17, "shop.yaml")),),
)


def test_one_replica_of_two() -> None:
    path = healthy(*SETUP, POD_COPY, REPORT, workload=TWO_PODS)
    assert certainty("collect-one-replica", path) is Certainty.CERTAIN
    assert findings("collect-one-replica", path)[0].effect is Effect.DEGRADES
    both = healthy(*SETUP, POD_COPY, replace(POD_COPY, pod="shop-1"), REPORT, workload=TWO_PODS)
    assert certainty("collect-one-replica", both) is None


def test_the_first_of_several_pods_is_likely() -> None:
    first = replace(POD_COPY, pod="${items[0]}", first_only=True)
    assert certainty("collect-one-replica", healthy(*SETUP, first, REPORT, workload=TWO_PODS)) == "likely"
    assert certainty("collect-one-replica", healthy(*SETUP, first, REPORT)) is None


def test_pods_that_share_a_volume_are_collected_together() -> None:
    claim = replace(TWO_PODS, volumes=(Volume("coverage", "persistentVolumeClaim", at(17, "shop.yaml")),))
    assert certainty("collect-one-replica", healthy(*SETUP, POD_COPY, REPORT, workload=claim)) is None


def test_a_daemon_set_writes_on_every_node() -> None:
    daemon = replace(PINNED, kind="DaemonSet", node_selector=())
    assert certainty("collect-one-replica", healthy(workload=daemon)) is Certainty.CERTAIN
    plain = replace(WORKLOAD, kind="DaemonSet")
    assert certainty("collect-one-replica", healthy(workload=plain)) is None


def test_kubectl_cp_needs_tar_in_the_image() -> None:
    own = healthy(*SETUP, POD_COPY, REPORT, workload=STATEFUL)
    assert certainty("no-tar-in-image", own) is Certainty.CERTAIN
    unknown = replace(POD_COPY, pod="${pod}")
    assert certainty("no-tar-in-image", healthy(*SETUP, unknown, REPORT)) is Certainty.POSSIBLE
    helper = replace(POD_COPY, pod="copy-pod")
    assert certainty("no-tar-in-image", healthy(*SETUP, helper, REPORT)) is None
    sidecar = replace(POD_COPY, container="tools")
    assert certainty("no-tar-in-image", healthy(*SETUP, sidecar, REPORT, workload=STATEFUL)) is None


@pytest.mark.parametrize(
    "base", ["gcr.io/distroless/static:debug", "alpine:3.22", "${BASE}", "example.com/base"]
)
def test_images_that_may_have_tar(base: str) -> None:
    path = healthy(*SETUP, POD_COPY, REPORT, workload=STATEFUL, dockerfile=dockerfile(base))
    assert certainty("no-tar-in-image", path) is None


def test_a_busybox_that_is_copied_in_or_an_unknown_stage_says_nothing() -> None:
    copied = CopyFrom("tools", ("/bin/busybox",), "/bin/tar", at(2, "Dockerfile"))
    stage = Stage(0, None, "scratch", at(1, "Dockerfile"), copies=(copied,))
    path = healthy(*SETUP, POD_COPY, REPORT, workload=STATEFUL)
    full = replace(path, dockerfile=Dockerfile("Dockerfile", (stage,), (), 0))
    assert certainty("no-tar-in-image", full) is None
    assert certainty("no-tar-in-image", replace(path, image_builds=())) is None


def test_kubectl_exec_kill_needs_a_program_in_the_image() -> None:
    kill = replace(SCALE, method="kill", target="deploy/shop", signal="SIGTERM", via="kubectl exec kill")
    path = healthy(BUILD, CREATE, DEPLOY, kill, WAIT, COPY, REPORT)
    assert certainty("no-shell-in-image", path) is Certainty.CERTAIN
    assert certainty("no-shell-in-image", replace(path, dockerfile=dockerfile("alpine:3.22"))) is None
    also = healthy(BUILD, CREATE, DEPLOY, kill, SCALE, WAIT, COPY, REPORT)
    assert certainty("no-shell-in-image", also) is None


def test_a_directory_that_nobody_empties() -> None:
    assert certainty("stale-data", healthy(MAKE, *SETUP, COPY, REPORT)) is Certainty.POSSIBLE
    cleaned = Clean(evidence=at(1), path="/tmp", cwd="")
    assert certainty("stale-data", healthy(cleaned, MAKE, *SETUP, COPY, REPORT)) is None
    unknown = DirectoryMake(evidence=at(1), path="${mktemp -d}", cwd="")
    read = replace(REPORT, inputs=("${mktemp -d}",))
    assert certainty("stale-data", healthy(unknown, *SETUP, COPY, read)) is None


TEXT = replace(REPORT, verb="textfmt", output="coverage.txt")
SEND = Upload(evidence=at(9), tool="codecov", files=("./coverage.txt",), cwd="")


def test_an_empty_report_that_is_sent_on() -> None:
    assert certainty("empty-input-succeeds", healthy(*SETUP, COPY, TEXT, SEND)) is Certainty.POSSIBLE
    look = FileCheck(evidence=at(7), path="/tmp/out", cwd="")
    assert certainty("empty-input-succeeds", healthy(*SETUP, COPY, look, TEXT, SEND)) is None
    assert certainty("empty-input-succeeds", healthy(*SETUP, COPY, TEXT)) is None


def test_a_profile_with_paths_of_the_build_container() -> None:
    html = replace(REPORT, verb="html", inputs=("coverage.txt",))
    build = GoBuild(
        "go", (), at(3, "Dockerfile"), packages=("./cmd/shop/main.go",), cover=True, stage=0, workdir="/src"
    )
    path = healthy(*SETUP, COPY, TEXT, html, builds=(build,))
    [finding] = findings("container-source-paths", path)
    assert finding.certainty is Certainty.CERTAIN
    assert "/src/cmd/shop/main.go" in finding.summary
    package = replace(build, packages=("./cmd/shop",))
    assert certainty("container-source-paths", replace(path, builds=(package,))) is None
    unit = replace(html, inputs=("unit.out",))
    assert certainty("container-source-paths", healthy(*SETUP, COPY, TEXT, unit, builds=(build,))) is None


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("example.com/other", "possible"),
        ("github.com/acme/shop", None),
        ("github.com/fork/shop/v2", None),
        ("go.acme.dev/shop", None),
    ],
)
def test_an_upload_whose_paths_do_not_name_the_repo(module: str, said: str | None) -> None:
    repo = RepoRef("acme/shop", "0" * 40, web_url="https://github.com/acme/shop")
    path = healthy(*SETUP, COPY, TEXT, SEND, repo=repo, module=GoModule("", module, at(1, "go.mod")))
    assert certainty("upload-path-mismatch", path) == said


def test_the_usual_suspects_are_named_with_their_lines() -> None:
    run = 'RUN go build \\\n  -ldflags "-s -w -extldflags -static" \\\n  -trimpath ./cmd/shop\n'
    text = f"FROM golang AS b\n{run}"
    place = replace(at(2, "Dockerfile"), end_line=4)
    build = GoBuild(
        "go",
        ("go", "build", "-trimpath", "./cmd/shop"),
        place,
        packages=("./cmd/shop",),
        cover=True,
        ldflags="-s -w -extldflags -static",
        all_flags=("-trimpath", "-cover"),
        taken=True,
    )
    path = healthy(builds=(build,), texts={"Dockerfile": text})
    said = {f.summary: [e.line for e in f.evidence] for f in findings("not-a-cause", path)}
    assert said["Stripping symbols (-s -w) does not remove coverage."] == [3]
    assert said["Static linking (-extldflags) does not remove coverage."] == [3]
    assert said["Trimming paths (-trimpath) does not remove coverage."] == [4]
    assert any("distroless" in sentence for sentence in said)
    assert not any("Rebuilding" in sentence for sentence in said)


def test_no_suspects_no_word() -> None:
    assert findings("not-a-cause", healthy(dockerfile=dockerfile("alpine:3.22"))) == []


def test_suspects_of_the_branch_without_coverage_are_named_too() -> None:
    plain = GoBuild("go", ("go", "build", "-a", "."), at(2, "Dockerfile"), all_flags=("-a",), taken=False)
    path = healthy(builds=(plain,), dockerfile=dockerfile("alpine:3.22"))
    assert [f.summary for f in findings("not-a-cause", path)] == [
        "Rebuilding everything (-a) does not remove coverage."
    ]
