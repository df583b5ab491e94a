"""Which files make a service, and what is said when that cannot be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import AmbiguousService, UnknownService, UsageError
from bot.path.discover import discover, find_service
from bot.repo.local import open_local
from tests.git_repo import GitRepo
from tests.path.in_memory import Texts
from tests.path.shops import Counted, snapshot

MAIN = "package main\n\nfunc main() {}\n"
MODULE = "module example.org/acme/market\n\ngo 1.24\n"


def building(package: str, binary: str = "app") -> str:
    return (
        f"FROM golang:1.24 AS build\nCOPY . .\nRUN go build -o /{binary} {package}\n"
        f"FROM alpine\nCOPY --from=build /{binary} /{binary}\n"
    )


def copying(binary: str) -> str:
    return f"FROM alpine\nCOPY bin/{binary} /usr/local/bin/\n"


def repo(*mains: str, **files: str) -> Texts:
    """Mains in these folders, and files whose names are written with `__` for a slash, `_dot_`, `_dash_`."""
    named = {k.replace("_dot_", ".").replace("_dash_", "-").replace("__", "/"): v for k, v in files.items()}
    return Texts({"go.mod": MODULE, **{f"{m}/main.go".lstrip("/"): MAIN for m in mains}, **named})


class TestDiscover:
    def test_a_main_that_ends_in_an_image_is_a_service(self) -> None:
        images = {"shop_dot_Dockerfile": building("./cmd/shop"), "Dockerfile_dot_bank": copying("bank")}
        found = discover(repo("cmd/shop", "cmd/bank", "cmd/cli", **images))
        assert [(s.name, s.files["dockerfile"]) for s in found] == [
            ("bank", ("Dockerfile.bank",)),
            ("shop", ("shop.Dockerfile",)),
        ]
        assert found[1].reasons == {
            "cmd/shop": "package main",
            "shop.Dockerfile": "builds or copies cmd/shop",
        }

    def test_nothing_is_found_where_nothing_is(self) -> None:
        assert discover(Texts({"README.md": "x"})) == ()
        assert discover(repo("cmd/shop")) == ()
        assert discover(repo("cmd/shop", Dockerfile=building("./cmd/bank"))) == ()

    def test_mains_of_tests_and_tools_are_no_services(self) -> None:
        aside = ("hack/gen", "test/e2e/server", "tools/shop", "examples/shop")
        all_of_them = "".join(building(f"./{main}") for main in aside)
        assert discover(repo(*aside, Dockerfile=all_of_them)) == ()

    def test_a_dockerfile_of_test_data_is_not_looked_at(self) -> None:
        assert discover(repo("cmd/shop", x__testdata__Dockerfile=building("./cmd/shop"))) == ()

    @pytest.mark.parametrize(
        "package",
        ["./cmd/shop", "cmd/shop", "./cmd/shop/main.go", "example/../cmd/shop", "/cmd/shop", "./cmd/${NAME}"],
    )
    def test_the_ways_to_name_a_package(self, package: str) -> None:
        assert [s.name for s in discover(repo("cmd/shop", Dockerfile=building(package)))] == ["shop"]

    @pytest.mark.parametrize("binary", ["shop", "shop-cov", "shop.e2e", "shop_instrumented", "Shop"])
    def test_a_binary_copied_in_may_be_a_variant(self, binary: str) -> None:
        assert [s.name for s in discover(repo("cmd/shop", Dockerfile=copying(binary)))] == ["shop"]

    def test_another_binary_is_not_it(self) -> None:
        assert discover(repo("cmd/shop", Dockerfile=copying("shopper"))) == ()

    def test_a_dockerfile_in_a_module_of_its_own_builds_from_there(self) -> None:
        files = repo(
            "bank/cmd/bank",
            "cmd/bank",
            bank__go_dot_mod="module bank\n",
            bank__Dockerfile=building("./cmd/bank"),
        )
        assert [s.files["main"] for s in discover(files)] == [("bank/cmd/bank",)]


class TestName:
    @pytest.mark.parametrize(
        ("main", "module", "name"),
        [
            ("cmd/shop", "module example.org/x", "shop"),
            ("", "module example.org/acme/market", "market"),
            ("cmd", "module example.org/acme/market/v2", "market"),
            ("services/bank/cmd", "module x", "bank"),
            ("bank/cmd/server", "module example.org/acme/market", "market"),
        ],
    )
    def test_the_folder_or_for_generic_ones_the_parent_or_module(
        self, main: str, module: str, name: str
    ) -> None:
        files = {"go.mod": f"{module}\n", f"{main}/main.go".lstrip("/"): MAIN}
        package = f"./{main}" if main else "."
        files["Dockerfile"] = building(package)
        assert [s.name for s in discover(Texts(files))] == [name]

    def test_without_a_module_it_is_the_repos(self) -> None:
        found = discover(Texts({"main.go": MAIN, "Dockerfile": building(".")}))
        assert [(s.name, s.files["main"]) for s in found] == [("here", (".",))]


class TestFindService:
    def test_names_are_taken_as_people_write_them(self) -> None:
        files = repo(
            "cmd/datastorage", docker__data_dash_storage_dot_Dockerfile=building("./cmd/datastorage")
        )
        for name in ("datastorage", "DataStorage", "data-storage", "data_storage", "datastorage-service"):
            assert find_service(files, name).name == "datastorage"

    def test_the_exact_name_wins_over_one_with_a_tail(self) -> None:
        files = repo("cmd/shop", "cmd/shop-controller")
        assert find_service(files, "shop").files["main"] == ("cmd/shop",)
        assert find_service(files, "shop-controller").files["main"] == ("cmd/shop-controller",)

    def test_one_below_cmd_wins_over_others(self) -> None:
        files = repo("cmd/shop", "internal/shop")
        assert find_service(files, "shop").files["main"] == ("cmd/shop",)

    def test_two_alike_are_never_guessed(self) -> None:
        with pytest.raises(AmbiguousService) as caught:
            find_service(repo("a/shop", "b/shop"), "shop")
        assert caught.value.candidates == ("a/shop", "b/shop")

    def test_by_the_dockerfile_when_no_main_is_named_so(self) -> None:
        files = repo("cmd/api", storefront_dot_Dockerfile=building("./cmd/api"))
        found = find_service(files, "storefront")
        assert (found.name, found.files["dockerfile"]) == ("api", ("storefront.Dockerfile",))

    def test_a_dockerfile_that_builds_two_is_not_guessed_either(self) -> None:
        both = building("./cmd/a") + building("./cmd/b", "b")
        with pytest.raises(AmbiguousService):
            find_service(repo("cmd/a", "cmd/b", storefront_dot_Dockerfile=both), "storefront")

    def test_an_unknown_name_gets_the_nearest(self) -> None:
        files = repo(
            "cmd/shop", "cmd/bank", Dockerfile=building("./cmd/shop") + building("./cmd/bank", "bank")
        )
        with pytest.raises(UnknownService) as caught:
            find_service(files, "shpo")
        assert caught.value.nearest == ("shop",)
        with pytest.raises(UnknownService) as caught:
            find_service(Texts({"README.md": "x"}), "shop")
        assert caught.value.nearest == ()

    @pytest.mark.parametrize("name", ["", "  ", "-", "*", "../x", "[a", "x" * 500])
    def test_odd_names_are_unknown(self, name: str) -> None:
        files = repo("cmd/shop", Dockerfile=building("./cmd/shop"))
        with pytest.raises(UnknownService):
            find_service(files, name)

    def test_a_service_without_a_dockerfile_is_found_without_one(self) -> None:
        assert "dockerfile" not in find_service(repo("cmd/shop"), "shop").files

    def test_few_files_are_read_and_none_named_after_others(self, tmp_path: Path) -> None:
        made = GitRepo(tmp_path / "market.git")
        services = [f"s{n}x" for n in range(20)]
        files = {f"cmd/{s}/main.go": MAIN for s in services}
        made.commit({**files, **{f"docker/{s}.Dockerfile": building(f"./cmd/{s}") for s in services}})
        with open_local(made.path) as opened:
            counted = Counted(opened)
            assert find_service(counted, "s3x").files["dockerfile"] == ("docker/s3x.Dockerfile",)
        assert {p for p in counted.paths if p.endswith("Dockerfile")} == {"docker/s3x.Dockerfile"}

    def test_kind_config_and_suite_are_found_by_name(self, tmp_path: Path) -> None:
        with snapshot(tmp_path, {}, "go-suite") as opened:
            found = find_service(opened, "shop")
        assert found.files["kind"] == ("test/infrastructure/kind-shop-config.yaml",)
        assert found.files["suite"] == ("test/e2e/shop",)

    def test_end_to_end_suites_rather_than_integration_ones_and_none_twice(self) -> None:
        files = repo(
            "cmd/shop",
            test__integration__shop__a_test_dot_go="package a\n",
            test__e2e__shop__a_test_dot_go="package a\n",
            test__e2e__shop__more__a_test_dot_go="package a\n",
        )
        assert find_service(files, "shop").files["suite"] == ("test/e2e/shop",)


class TestHints:
    HINT = "services:\n  storefront:\n    main: lib/web\n    kind: hack/k.yaml\n    manifests: [k8s/a.yaml]\n"

    def files(self, hint: str) -> Texts:
        given = {"lib/web/main.go": MAIN, "hack/k.yaml": "x: 1\n", "k8s/a.yaml": "x: 1\n"}
        return Texts({**given, "Dockerfile": building("./lib/web"), ".covcheck.yaml": hint})

    def test_named_files_are_taken_and_the_rest_is_found(self) -> None:
        found = find_service(self.files(self.HINT), "Store-Front")
        assert found.name == "storefront"
        assert dict(found.files) == {
            "main": ("lib/web",),
            "dockerfile": ("Dockerfile",),
            "kind": ("hack/k.yaml",),
            "manifest": ("k8s/a.yaml",),
        }
        assert found.reasons["hack/k.yaml"] == "named in .covcheck.yaml"
        assert discover(self.files(self.HINT)) == (found,)

    def test_a_main_at_the_root_can_be_named(self) -> None:
        hint = "services:\n  storefront:\n    main: .\n"
        files = Texts({"main.go": MAIN, "Dockerfile": building("."), ".covcheck.yaml": hint})
        found = find_service(files, "storefront")
        assert dict(found.files) == {"main": (".",), "dockerfile": ("Dockerfile",)}
        assert discover(files) == (found,)

    def test_a_path_that_is_not_there_is_an_error_with_its_line(self) -> None:
        wrong = self.files(self.HINT.replace("k.yaml", "gone.yaml"))
        for ask in (lambda: find_service(wrong, "storefront"), lambda: discover(wrong)):
            with pytest.raises(UsageError, match=r"\.covcheck\.yaml:4: .*gone\.yaml"):
                ask()
