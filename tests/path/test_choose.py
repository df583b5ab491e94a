"""Choices among what was read, each with its reason, or a gap that says why none was made."""

from __future__ import annotations

import pytest

from bot.facts.build import GoBuild, Setting
from bot.facts.events import ClusterCreate, ImageBuild
from bot.facts.node import KindConfig
from bot.facts.workload import Container, EnvVar, Workload
from bot.model import Evidence, Link, Service
from bot.path.choose import (
    absent_dockerfile,
    choose_dockerfile,
    choose_kind,
    choose_workload,
    own_go_builds,
    own_image_builds,
)
from tests.path.in_memory import Texts

HERE = Evidence("run.sh", 1, 1)
KIND = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: worker\n"
FILES = Texts(
    {
        "Dockerfile": "FROM a\n",
        "docker/shop.Dockerfile": "FROM a\n",
        "docker/shop.cover.Dockerfile": "FROM a\n",
        "hack/kind.yaml": KIND,
        "hack/kind-shop.yaml": KIND,
        "hack/kind-none.yaml": "kind: Pod\n",
    }
)


def image(dockerfile: str | None, context: str | None = ".", cwd: str | None = "", *tags: str) -> ImageBuild:
    return ImageBuild(
        evidence=HERE, tool="docker", dockerfile=dockerfile, context=context, cwd=cwd, tags=tags
    )


def service(**files: tuple[str, ...]) -> Service:
    return Service("shop", files, ("storefront",))


def workload(
    name: str, image: str = "", *, kind: str = "Deployment", line: int = 1, env: str = ""
) -> Workload:
    place = Evidence("k.yaml", line, line)
    variables = (EnvVar(env, "/cov", place),) if env else ()
    container = Container("c", Setting("image", image, place) if image else None, place, env=variables)
    return Workload(kind, name, None, place, "yaml", (container,))


class TestImageBuilds:
    @pytest.mark.parametrize(
        "build",
        [
            image("docker/shop.Dockerfile"),
            image("shop.Dockerfile", cwd="docker"),
            image("../docker/shop.Dockerfile", cwd="hack"),
            image("${root}/docker/shop.Dockerfile"),
        ],
    )
    def test_its_own(self, build: ImageBuild) -> None:
        assert own_image_builds(FILES, "docker/shop.Dockerfile", [build]) == (build,)

    @pytest.mark.parametrize(
        "build",
        [
            image("docker/bank.Dockerfile"),
            image("shop.Dockerfile"),
            image(None),
            image("${file}"),
            image("docker/${name}.Dockerfile"),
        ],
    )
    def test_not_its_own(self, build: ImageBuild) -> None:
        assert own_image_builds(FILES, "docker/shop.Dockerfile", [build]) == ()

    def test_without_a_file_it_is_the_contexts_dockerfile(self) -> None:
        for build in (image(None), image(None, None), image(None, "..", "hack")):
            assert own_image_builds(FILES, "Dockerfile", [build]) == (build,)
        assert own_image_builds(FILES, "Dockerfile", [image(None, "docker")]) == ()


class TestDockerfile:
    TWO = ("Dockerfile", "docker/shop.Dockerfile")

    def test_none_or_one_needs_no_choice(self) -> None:
        assert choose_dockerfile(FILES, service(), []) == (None, ())
        assert choose_dockerfile(FILES, service(dockerfile=("Dockerfile",)), []) == ("Dockerfile", ())

    def test_the_one_that_the_run_builds_then_for_coverage_then_by_name(self) -> None:
        two = service(dockerfile=self.TWO)
        assert choose_dockerfile(FILES, two, [image(None)]) == ("Dockerfile", ())
        three = service(dockerfile=(*self.TWO, "docker/shop.cover.Dockerfile"))
        assert choose_dockerfile(FILES, three, []) == ("docker/shop.cover.Dockerfile", ())
        assert choose_dockerfile(FILES, two, []) == ("docker/shop.Dockerfile", ())

    def test_several_that_fit_alike_are_a_gap_with_their_names(self) -> None:
        chosen, (gap,) = choose_dockerfile(FILES, service(dockerfile=("a/Dockerfile", "b/Dockerfile")), [])
        assert (chosen, gap.link, gap.needed) == (None, Link.BUILD, True)
        assert gap.reason.endswith("a/Dockerfile, b/Dockerfile")

    def test_one_that_is_built_but_not_in_the_repo(self) -> None:
        gone, other = image("build/shop/Dockerfile"), image("build/bank/Dockerfile")
        own, gap = absent_dockerfile(FILES, service(), [other, gone])
        assert (own, gap.reason) == (
            (gone,),
            "the run builds build/shop/Dockerfile, which is not in the repo",
        )
        own, gap = absent_dockerfile(FILES, service(), [other, image("${root}/Dockerfile")])
        assert (own, gap.reason) == ((), "no Dockerfile was found that builds or copies the service's binary")

    def test_by_the_tag_of_the_image_below_an_unknown_root(self) -> None:
        gone = image("${root}/out/Dockerfile", ".", "", "example.org/team/shop:dev")
        assert absent_dockerfile(FILES, service(), [gone])[0] == (gone,)


class TestGoBuilds:
    @staticmethod
    def build(*packages: str, output: str | None = None) -> GoBuild:
        return GoBuild("go", ("go", "build"), HERE, packages=packages, output=output)

    @pytest.mark.parametrize(
        "package",
        [
            "./cmd/shop",
            "cmd/shop",
            "./cmd/shop/main.go",
            "./cmd/...",
            "./...",
            "example.org/x/cmd/shop",
            "./cmd/${name}",
        ],
    )
    def test_packages_that_make_the_main(self, package: str) -> None:
        one = self.build(package)
        assert own_go_builds("cmd/shop", service(), [one]) == (one,)

    @pytest.mark.parametrize("package", ["./cmd/bank", "./cmd/shopper", "./pkg/...", "./other/${name}"])
    def test_packages_that_do_not(self, package: str) -> None:
        assert own_go_builds("cmd/shop", service(), [self.build(package)]) == ()

    def test_else_the_binarys_name_counts(self) -> None:
        named, other = self.build("./x", output="bin/shop"), self.build("./x", output="bin/bank")
        assert own_go_builds("cmd/shop", service(), [named, other]) == (named,)

    def test_a_build_of_the_working_directory_makes_a_main_at_the_root_only(self) -> None:
        here = self.build()
        assert own_go_builds("", service(), [here]) == (here,)
        assert own_go_builds("cmd/bank", service(), [self.build(".")]) == ()


class TestWorkload:
    @pytest.mark.parametrize("name", ["shop", "Shop", "storefront", "shop-controller", "shop-e2e"])
    def test_by_name(self, name: str) -> None:
        one = workload(name)
        assert choose_workload(service(), [workload("bank"), one], []) == (one, (), ())

    def test_by_the_image_that_the_run_builds(self) -> None:
        one = workload("api", "shop:dev")
        builds = [image(None, ".", "", "docker.io/library/shop:dev")]
        assert choose_workload(service(), [one], builds)[0] is one
        assert choose_workload(service(), [workload("api", "bank:dev")], builds)[0] is None

    @pytest.mark.parametrize("name", ["bank", "workshop", "${name}", ""])
    def test_others_are_not_taken(self, name: str) -> None:
        assert choose_workload(service(), [workload(name)], []) == (None, (), ())

    def test_an_operators_operand_is_not_the_operator(self) -> None:
        operator = Service("shop-operator", {})
        assert choose_workload(operator, [workload("shop")], [])[0] is None
        own = workload("shop-operator")
        assert choose_workload(operator, [workload("shop"), own], [])[0] is own

    def test_the_one_with_coverage_wins_and_further_ones_are_told(self) -> None:
        plain, covered = workload("shop", line=1), workload("shop", line=9, env="GOCOVERDIR")
        assert choose_workload(service(), [plain, covered], []) == (covered, (plain,), ())

    def test_the_same_place_read_twice_is_one(self) -> None:
        assert choose_workload(service(), [workload("shop"), workload("shop")], [])[1] == ()

    def test_two_names_alike_are_a_gap(self) -> None:
        chosen, others, (gap,) = choose_workload(
            service(), [workload("shop"), workload("storefront", line=7)], []
        )
        assert chosen is None
        assert len(others) == 2
        assert "Deployment shop (k.yaml:1), Deployment storefront (k.yaml:7)" in gap.reason

    def test_a_named_one_is_taken_and_nothing_else(self) -> None:
        api = workload("api")
        assert choose_workload(service(), [workload("shop"), api], [], "API")[0] is api
        assert choose_workload(service(), [workload("shop")], [], "api")[0] is None


class TestKind:
    NAMED = ("hack/kind-shop.yaml",)

    @staticmethod
    def create(config: str | None, cwd: str | None = "") -> ClusterCreate:
        return ClusterCreate(evidence=HERE, name="shop", config=config, cwd=cwd)

    def chosen(
        self, *creates: ClusterCreate, files: tuple[str, ...] = (), kind: tuple[str, ...] = ()
    ) -> object:
        config, missing = choose_kind(FILES, service(kind=kind) if kind else service(), creates, (), files)
        return config.path if config is not None else missing[0].reason

    @pytest.mark.parametrize(
        ("config", "cwd"),
        [
            ("hack/kind.yaml", ""),
            ("kind.yaml", "hack"),
            ("${root}/hack/kind.yaml", ""),
            ("./hack/kind.yaml", None),
        ],
    )
    def test_the_one_that_the_run_creates_with(self, config: str, cwd: str | None) -> None:
        assert self.chosen(self.create(config, cwd), kind=self.NAMED) == "hack/kind.yaml"

    def test_without_a_config_it_is_kinds_default(self) -> None:
        config, missing = choose_kind(FILES, service(), [self.create(None)], (), ("hack/kind.yaml",))
        assert (config is not None and config.implicit, missing) == (True, ())

    def test_the_one_that_stands_in_the_code(self) -> None:
        inline = KindConfig("suite.go", (), HERE)
        assert choose_kind(FILES, service(), [self.create("${file}")], (inline,), ()) == (inline, ())

    def test_by_name_or_being_the_only_one(self) -> None:
        assert self.chosen(files=("hack/kind.yaml", *self.NAMED), kind=self.NAMED) == "hack/kind-shop.yaml"
        assert self.chosen(files=("hack/kind.yaml",)) == "hack/kind.yaml"

    def test_one_named_in_the_hints_beats_the_run(self) -> None:
        hinted = Service("shop", {"kind": self.NAMED}, (), {self.NAMED[0]: "named in .covcheck.yaml"})
        config, _ = choose_kind(FILES, hinted, [self.create("hack/kind.yaml")], (), ())
        assert config is not None
        assert config.path == "hack/kind-shop.yaml"

    def test_what_cannot_be_told_says_why(self) -> None:
        two = ("hack/kind.yaml", "hack/kind-none.yaml")
        assert self.chosen() == "no Kind config and no `kind create cluster` was found"
        assert (
            self.chosen(files=two) == f"nothing that was read creates a cluster; candidates: {', '.join(two)}"
        )
        gone = "the cluster is created with gone.yaml, which is not a file of the repo"
        assert self.chosen(self.create("gone.yaml"), files=two) == gone
        assert self.chosen(self.create("hack/kind-none.yaml")) == "holds no kind: Cluster"
