"""Which directory, mount, volume, node, stop and user belong together on a path."""

from __future__ import annotations

from typing import Any

import pytest

from bot.facts import joints
from bot.facts.build import CopyFrom, Dockerfile, GoBuild, Guard, Setting, Stage, UserSwitch
from bot.facts.events import Copy, ImageBuild, Stop
from bot.facts.node import KindConfig, KindNode
from bot.facts.path import CoveragePath
from bot.facts.workload import Container, EnvVar, Security, Volume, VolumeMount, Workload
from bot.model import Evidence, RepoRef, Service

HERE = Evidence("f", 1, 1)


def setting(value: str | None, name: str = "x") -> Setting:
    return Setting(name, value, HERE)


def container(name: str = "app", image: str | None = None, **more: Any) -> Container:
    return Container(name, None if image is None else setting(image), HERE, **more)


def pod(*containers: Container, **more: Any) -> Workload:
    return Workload("Deployment", "shop", None, HERE, "yaml", containers, **more)


def path(workload: Workload | None = None, **more: Any) -> CoveragePath:
    return CoveragePath(Service("shop", {}, ("shop-api",)), RepoRef("r", "0" * 40), workload=workload, **more)


def dockerfile(*stages: Stage) -> Dockerfile:
    return Dockerfile("Dockerfile", stages, (), len(stages) - 1)


def writes_to(directory: str | None) -> tuple[EnvVar, ...]:
    return (EnvVar("GOCOVERDIR", directory, HERE),)


def built(*tags: str) -> tuple[ImageBuild, ...]:
    return (ImageBuild(evidence=HERE, tool="docker", dockerfile=None, tags=tags),)


def mounted(
    directory: str, mounts: tuple[VolumeMount, ...], volumes: tuple[Volume, ...] = ()
) -> CoveragePath:
    return path(pod(container(env=writes_to(directory), mounts=mounts), volumes=volumes))


COVERAGE = VolumeMount("coverage", "/var/coverage", HERE)
HOST = Volume("coverage", "hostPath", HERE, path="/srv/cov/")


class TestServiceContainer:
    def test_the_image_that_is_built_decides_then_the_name_then_there_being_one(self) -> None:
        by_image = path(
            pod(container("shop", "proxy:1"), container("b", "shop:dev")), image_builds=built("shop:dev")
        )
        assert joints.service_container(by_image) is by_image.workload.containers[1]  # type: ignore[union-attr]
        by_name = path(pod(container("shop-api"), container("proxy")))
        assert getattr(joints.service_container(by_name), "name", None) == "shop-api"
        only = path(pod(container("app"), container("wait", role="init")))
        assert getattr(joints.service_container(only), "name", None) == "app"

    def test_what_cannot_be_told_is_none(self) -> None:
        assert joints.service_container(path()) is None
        assert joints.service_container(path(pod())) is None
        assert joints.service_container(path(pod(container("a"), container("b")))) is None
        both = path(
            pod(container("a", "shop:dev"), container("b", "shop:dev")), image_builds=built("shop:dev")
        )
        assert joints.service_container(both) is None

    def test_images_and_tags_that_are_not_known_decide_nothing(self) -> None:
        two = pod(container("a", "${image}"), container("b", "proxy"))
        assert joints.service_container(path(two, image_builds=built("shop:dev"))) is None
        assert joints.service_container(path(two, image_builds=built("${tag}"))) is None


@pytest.mark.parametrize(
    ("reference", "whole"),
    [
        ("shop", "docker.io/library/shop:latest"),
        ("docker.io/shop", "docker.io/library/shop:latest"),
        ("index.docker.io/shop:e2e", "docker.io/library/shop:e2e"),
        ("team/shop:e2e", "docker.io/team/shop:e2e"),
        ("localhost/shop", "localhost/shop:latest"),
        ("localhost:5001/shop", "localhost:5001/shop:latest"),
        ("ghcr.io/team/shop", "ghcr.io/team/shop:latest"),
        ("shop@sha256:00", "docker.io/library/shop@sha256:00"),
        ("${registry}/shop", "${registry}/shop:latest"),
        ("${image}", "${image}"),
        ("shop:${tag}", "docker.io/library/shop:${tag}"),
    ],
)
def test_an_image_has_one_whole_name(reference: str, whole: str) -> None:
    assert joints.canonical_image(reference) == whole


class TestGocoverdir:
    def test_the_last_entry_of_a_container_wins(self) -> None:
        twice = container(env=(*writes_to("/a"), EnvVar("OTHER", "x", HERE), *writes_to("/b")))
        assert joints.gocoverdir(path(pod(twice))) is twice.env[2]
        silent = container("wait", role="init")
        assert joints.containers_with_gocoverdir(pod(silent, twice)) == ((twice, twice.env[2]),)

    def test_without_a_container_or_an_entry_there_is_none(self) -> None:
        assert joints.gocoverdir(path()) is None
        assert joints.gocoverdir(path(pod(container()))) is None
        assert joints.containers_with_gocoverdir(pod(container())) == ()

    def test_the_manifest_wins_over_the_image(self) -> None:
        stage = Stage(0, None, "alpine", HERE, env=(setting("/image", "GOCOVERDIR"),))
        image = dockerfile(stage)
        assert joints.coverage_directory(path(pod(container()), dockerfile=image)) == "/image"
        both = path(pod(container(env=writes_to("/pod/./cov/"))), dockerfile=image)
        assert joints.coverage_directory(both) == "/pod/cov"

    def test_a_stage_inherits_from_the_stage_it_is_from(self) -> None:
        base = Stage(
            0, "base", "alpine", HERE, env=(setting("/old", "GOCOVERDIR"), setting("/new", "GOCOVERDIR"))
        )
        assert (
            joints.coverage_directory(path(dockerfile=dockerfile(base, Stage(1, None, "base", HERE))))
            == "/new"
        )
        other = dockerfile(base, Stage(1, None, "alpine", HERE))
        assert joints.coverage_directory(path(dockerfile=other)) is None

    @pytest.mark.parametrize("value", [None, "", "${dir}", "/x/${dir}"])
    def test_what_is_not_known_is_none(self, value: str | None) -> None:
        assert joints.coverage_directory(path(pod(container(env=writes_to(value))))) is None

    def test_a_relative_one_lies_below_the_working_directory(self) -> None:
        own = container(env=writes_to("cov"), working_dir=setting("/work"))
        assert joints.coverage_directory(path(pod(own))) == "/work/cov"
        stage = Stage(0, None, "alpine", HERE, workdirs=(setting("/a"), setting("/b")))
        relative = pod(container(env=writes_to("./cov")))
        assert joints.coverage_directory(path(relative, dockerfile=dockerfile(stage))) == "/b/cov"
        unknown = container(env=writes_to("cov"), working_dir=setting("${home}"))
        assert joints.coverage_directory(path(pod(unknown), dockerfile=dockerfile(stage))) is None
        assert joints.coverage_directory(path(relative)) is None

    def test_an_image_known_to_have_no_workdir_starts_at_the_root(self) -> None:
        scratch = dockerfile(Stage(0, None, "scratch", HERE))
        assert joints.working_directory(path(dockerfile=scratch)) == "/"
        unheard = dockerfile(Stage(0, None, "example.org/unheard-of", HERE))
        assert joints.working_directory(path(dockerfile=unheard)) is None


class TestMounts:
    def test_the_longest_mount_above_the_directory_is_taken(self) -> None:
        outer, beside = VolumeMount("data", "/var", HERE), VolumeMount("x", "/var/coverage-old", HERE)
        found = mounted("/var/coverage/unit", (COVERAGE, outer, beside), (HOST,))
        assert joints.coverage_mount(found) is COVERAGE
        assert joints.coverage_volume(found) is HOST
        assert joints.node_directory(found) == "/srv/cov/unit"

    def test_a_mount_beside_the_directory_or_not_known_is_none(self) -> None:
        beside, unknown = VolumeMount("x", "/var/cov", HERE), VolumeMount("x", "/${dir}", HERE)
        assert joints.coverage_mount(mounted("/var/coverage", (beside, unknown))) is None
        assert joints.coverage_mount(path()) is None
        assert joints.coverage_volume(mounted("/var/coverage", (COVERAGE,))) is None

    def test_the_sub_path_lies_between_volume_and_rest(self) -> None:
        below = VolumeMount("coverage", "/var/coverage", HERE, sub_path="shop")
        assert joints.node_directory(mounted("/var/coverage/e2e", (below,), (HOST,))) == "/srv/cov/shop/e2e"

    def test_a_mount_at_the_root_and_a_volume_of_the_root(self) -> None:
        root = VolumeMount("coverage", "/", HERE)
        whole = Volume("coverage", "hostPath", HERE, path="/")
        assert joints.node_directory(mounted("/cov", (root,), (HOST,))) == "/srv/cov/cov"
        assert joints.node_directory(mounted("/var/coverage", (COVERAGE,), (whole,))) == "/"

    @pytest.mark.parametrize(
        "volume",
        [
            Volume("coverage", "emptyDir", HERE),
            Volume("coverage", "hostPath", HERE),
            Volume("coverage", "hostPath", HERE, path="${dir}"),
            Volume("other", "hostPath", HERE, path="/srv"),
        ],
    )
    def test_no_directory_of_the_node_is_told(self, volume: Volume) -> None:
        assert joints.node_directory(mounted("/var/coverage", (COVERAGE,), (volume,))) is None


@pytest.mark.parametrize(
    ("node", "suffix"),
    [
        ("shop-worker", "worker"),
        ("shop-worker2", "worker2"),
        ("${cluster}-control-plane", "control-plane"),
        ("shop-worker3", None),
        ("worker", None),
        ("${node}", None),
        (None, None),
    ],
)
def test_the_node_of_a_copy_is_told_by_kinds_naming(node: str | None, suffix: str | None) -> None:
    nodes = tuple(KindNode("worker", s, HERE) for s in ("control-plane", "worker", "worker2"))
    copy = Copy(evidence=HERE, tool="docker", where="node", source="/x", node=node)
    found = joints.node_of_copy(path(kind=KindConfig("k", nodes, HERE)), copy)
    assert (found.suffix if found else None) == suffix
    assert joints.node_of_copy(path(), copy) is None


def test_copies_of_error_paths_are_left_out() -> None:
    copy = Copy(evidence=HERE, tool="docker", where="node", source="/x")
    failed = Copy(
        evidence=HERE, tool="docker", where="node", source="/x", guards=(Guard("err", error_path=True),)
    )
    assert joints.copies(path(timeline=(copy, failed))) == (copy,)


@pytest.mark.parametrize(
    ("method", "target", "own"),
    [
        ("scale", "deployment/shop", True),
        ("delete-pod", "tier=front", True),
        ("delete-pod", None, True),
        ("delete-pod", "${pod}", True),
        ("delete-namespace", "elsewhere", True),
        ("helm-uninstall", "release", True),
        ("scale", "deployment/bank", False),
        ("delete-pod", "app=bank", False),
    ],
)
def test_stops_of_the_own_workload(method: str, target: str | None, own: bool) -> None:
    stop = Stop(evidence=HERE, method=method, target=target)
    labels = (setting("front", "tier"), setting(None, "empty"))
    found = joints.stops(path(pod(labels=labels), timeline=(stop,)))
    assert found == ((stop,) if own else ())


def test_builds_that_the_shell_does_not_reach_are_left_out() -> None:
    reached, perhaps, never = (
        GoBuild("go", ("go", "build"), HERE, taken=taken) for taken in (True, None, False)
    )
    assert joints.taken_builds(path(builds=(reached, perhaps, never))) == (reached, perhaps)


def test_the_final_stage_is_the_one_the_image_is_made_of() -> None:
    first, last = (
        Stage(0, "a", "alpine", HERE),
        Stage(1, None, "a", HERE, copies=(CopyFrom(None, (), "/", HERE),)),
    )
    assert joints.final_stage(path(dockerfile=dockerfile(first, last))) is last
    assert joints.final_stage(path(dockerfile=Dockerfile("d", (first, last), (), 0))) is first
    assert joints.final_stage(path()) is None


class TestProcessUser:
    def test_container_then_pod_then_image(self) -> None:
        image = dockerfile(Stage(0, None, "alpine", HERE, users=(UserSwitch("1", 1, None, HERE),)))
        pods, own = Security(run_as_user=setting("2")), Security(run_as_user=setting("3"))
        assert joints.process_user(path(dockerfile=image)).uid == 1
        assert joints.process_user(path(pod(container(), security=pods), dockerfile=image)).uid == 2
        assert joints.process_user(path(pod(container(security=own), security=pods))).uid == 3

    def test_the_last_user_of_the_nearest_stage_counts(self) -> None:
        switches = (UserSwitch("root", 0, 0, HERE), UserSwitch("9", 9, None, HERE))
        base = Stage(0, "base", "alpine", HERE, users=switches)
        assert joints.process_user(path(dockerfile=dockerfile(base, Stage(1, None, "base", HERE)))).uid == 9
        named = Stage(1, None, "base", HERE, users=(UserSwitch("app", None, None, HERE),))
        found = joints.process_user(path(dockerfile=dockerfile(base, named)))
        assert (found.uid, found.said_by, found.reason_unknown) == (None, named.users[0], "USER is a name")

    @pytest.mark.parametrize("text", ["${uid}", "", None, "-1", "0x1", "²", "9" * 5000])
    def test_what_is_no_plain_number_is_not_known(self, text: str | None) -> None:
        user = Security(run_as_user=setting(text))
        found = joints.process_user(path(pod(container(security=user))))
        assert (found.uid, found.reason_unknown) == (None, "runAsUser is not a plain number")

    def test_without_an_image_nothing_is_known(self) -> None:
        assert joints.process_user(path()).reason_unknown == "the image was not read"
        base = joints.process_user(
            path(dockerfile=dockerfile(Stage(0, None, "example.org/unheard-of", HERE)))
        )
        assert base.uid is None
