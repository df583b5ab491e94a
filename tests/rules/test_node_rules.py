from __future__ import annotations

from dataclasses import replace

from bot.model import Certainty, Effect, Missing
from tests.rules.paths import (
    BUILD,
    COPY,
    CREATE,
    DEPLOY,
    MAKE,
    PINNED,
    REPORT,
    SCALE,
    TWO_NODES,
    WAIT,
    WORKLOAD,
    certainty,
    findings,
    gaps,
    healthy,
    kind,
    mount,
    node,
    setting,
)

CONTROL = node("control-plane", "control-plane")
FROM_HOST = (BUILD, CREATE, DEPLOY, SCALE, WAIT, REPORT)


def test_no_extramount_is_needed_when_the_files_are_copied_from_the_node() -> None:
    assert certainty("extramount-missing", healthy()) is None


def test_extramount_missing_when_the_report_reads_the_host() -> None:
    assert certainty("extramount-missing", healthy(MAKE, *FROM_HOST)) is Certainty.CERTAIN
    assert certainty("extramount-missing", healthy(*FROM_HOST)) is Certainty.LIKELY
    mounted = kind(CONTROL, node("worker", "worker", mount()))
    assert certainty("extramount-missing", healthy(*FROM_HOST, kind=mounted)) is None


def test_a_mount_meant_for_coverage_elsewhere_is_a_mismatch_and_not_a_missing_mount() -> None:
    path = healthy(*FROM_HOST, kind=kind(CONTROL, node("worker", "worker", mount("/tmp/out", "/tmp/cov"))))
    assert certainty("extramount-missing", path) is None
    [finding] = findings("path-mismatch", path)
    assert finding.certainty is Certainty.CERTAIN
    assert finding.summary == "The pod writes to /coverdata on the node, Kind mounts /tmp/cov."


def test_a_mount_elsewhere_does_not_matter_when_the_copy_takes_the_pods_directory() -> None:
    path = healthy(kind=kind(CONTROL, node("worker", "worker", mount("/tmp/out", "/tmp/cov"))))
    assert certainty("path-mismatch", path) is None


def test_a_copy_of_the_mounted_directory_is_the_mismatch_too() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount("/tmp/out", "/tmp/cov")))
    wrong = replace(COPY, source="/tmp/cov")
    path = healthy(BUILD, CREATE, DEPLOY, SCALE, WAIT, wrong, REPORT, kind=mounted)
    assert certainty("path-mismatch", path) is Certainty.CERTAIN


def test_other_mounts_are_not_taken_for_coverage() -> None:
    path = healthy(*FROM_HOST, kind=kind(CONTROL, node("worker", "worker", mount("/var/run", "/registry"))))
    assert certainty("path-mismatch", path) is None
    assert certainty("extramount-missing", path) is Certainty.LIKELY


def test_an_unread_test_may_copy_the_files() -> None:
    gap = Missing("TestShop in e2e_test.go", "it is too long to follow to its end")
    assert certainty("extramount-missing", healthy(MAKE, *FROM_HOST, missing=(gap,))) is Certainty.POSSIBLE


def test_a_pod_pinned_to_the_control_plane_does_not_see_the_workers_mount() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount()))
    path = healthy(kind=mounted, workload=PINNED)
    assert certainty("extramount-wrong-node", path) is Certainty.CERTAIN
    assert certainty("collect-wrong-node", path) is Certainty.CERTAIN


def test_the_mount_is_needless_when_the_copy_reads_the_pods_node() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount()))
    right = replace(COPY, node="shop-control-plane")
    path = healthy(BUILD, CREATE, DEPLOY, SCALE, WAIT, right, REPORT, kind=mounted, workload=PINNED)
    assert certainty("extramount-wrong-node", path) is None
    assert certainty("collect-wrong-node", path) is None


def test_the_taint_keeps_a_pod_off_the_control_plane_that_alone_lacks_the_mount() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount()))
    assert certainty("extramount-wrong-node", healthy(*FROM_HOST, kind=mounted)) is None


def test_one_of_two_workers_without_the_mount_is_likely() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount()), node("worker", "worker2"))
    assert certainty("extramount-wrong-node", healthy(*FROM_HOST, kind=mounted)) is Certainty.LIKELY


def test_a_single_node_has_no_taint() -> None:
    single = kind(node("control-plane", "control-plane", mount()))
    assert certainty("extramount-wrong-node", healthy(*FROM_HOST, kind=single)) is None


def test_affinity_is_not_evaluated_but_said() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount()), node("worker", "worker2"))
    bound = replace(WORKLOAD, affinity=(setting("zone", "In a"),))
    path = healthy(*FROM_HOST, kind=mounted, workload=bound)
    assert certainty("extramount-wrong-node", path) is None
    assert gaps("extramount-wrong-node", path) == ["the node that runs the pod"]


RELATIVE = kind(CONTROL, node("worker", "worker", mount("./coverdata")))
CREATED_IN_SUITE = replace(CREATE, cwd="test/e2e/shop")
READ_IN_ROOT = replace(REPORT, inputs=("./coverdata",))
READ_IN_SUITE = replace(READ_IN_ROOT, cwd="test/e2e/shop")


def test_a_relative_host_path_read_from_another_directory() -> None:
    path = healthy(BUILD, CREATED_IN_SUITE, DEPLOY, SCALE, WAIT, READ_IN_ROOT, kind=RELATIVE)
    [finding] = findings("host-path-relative", path)
    assert (finding.certainty, finding.effect) == (Certainty.CERTAIN, Effect.BLOCKS)
    assert "test/e2e/shop/coverdata" in finding.summary
    assert certainty("collect-wrong-path", path) is None


def test_a_relative_host_path_read_from_the_same_directory() -> None:
    path = healthy(BUILD, CREATED_IN_SUITE, DEPLOY, SCALE, WAIT, READ_IN_SUITE, kind=RELATIVE)
    assert certainty("host-path-relative", path) is None


def test_one_report_of_two_in_the_right_place_only_degrades() -> None:
    reports = (READ_IN_SUITE, READ_IN_ROOT)
    path = healthy(BUILD, CREATED_IN_SUITE, DEPLOY, SCALE, WAIT, *reports, kind=RELATIVE)
    assert [f.effect for f in findings("host-path-relative", path)] == [Effect.DEGRADES]


def test_an_unknown_directory_of_kind_says_nothing() -> None:
    path = healthy(BUILD, replace(CREATE, cwd=None), DEPLOY, SCALE, WAIT, READ_IN_ROOT, kind=RELATIVE)
    assert certainty("host-path-relative", path) is None


def test_docker_makes_a_missing_host_directory_as_root() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount()))
    user = replace(WORKLOAD, security=replace(WORKLOAD.security, run_as_user=setting("runAsUser", "65532")))
    path = healthy(*FROM_HOST, kind=mounted, workload=user)
    assert certainty("host-directory-missing", path) is Certainty.LIKELY
    made = healthy(MAKE, *FROM_HOST, kind=mounted, workload=user)
    assert certainty("host-directory-missing", made) is None
    late = healthy(*FROM_HOST[:2], MAKE, *FROM_HOST[2:], kind=mounted, workload=user)
    assert certainty("host-directory-missing", late) is Certainty.LIKELY


def test_root_writes_to_what_docker_makes() -> None:
    mounted = kind(CONTROL, node("worker", "worker", mount()))
    root = replace(WORKLOAD, security=replace(WORKLOAD.security, run_as_user=setting("runAsUser", "0")))
    assert certainty("host-directory-missing", healthy(*FROM_HOST, kind=mounted, workload=root)) is None


def test_quiet_on_the_healthy_path() -> None:
    for rule in ("extramount-missing", "extramount-wrong-node", "path-mismatch", "host-directory-missing"):
        assert certainty(rule, healthy()) is None
    assert TWO_NODES.nodes[0].role == "control-plane"
