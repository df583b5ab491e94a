"""Assembly of build and image: the Dockerfile of the run, one that is not there, rows of other services."""

from __future__ import annotations

from pathlib import Path

from bot.model import Certainty, Link, Status
from bot.path import discover, find_service
from tests.path.shops import Counted, base_files, changed, diagnosis, rows, shop_path, snapshot


def test_a_healthy_repo_is_read_in_full(tmp_path: Path) -> None:
    path = shop_path(tmp_path)
    assert path.missing == ()
    assert all(path.links.values())


def test_a_dockerfile_that_the_run_builds_but_the_repo_lacks_is_named(tmp_path: Path) -> None:
    gone = changed("script", "Makefile", "-t shop:coverage .", "-f build/shop.Dockerfile -t shop:coverage .")
    result = diagnosis(tmp_path, {**gone, "Dockerfile": None})
    (gap,) = [gap for gap in result.missing if gap.what == "the Dockerfile"]
    assert gap.reason == "the run builds build/shop.Dockerfile, which is not in the repo"
    assert gap.needed
    assert gap.evidence is not None
    assert gap.evidence.path == "Makefile"


def test_the_build_args_of_an_absent_dockerfile_are_still_shown(tmp_path: Path) -> None:
    path = shop_path(tmp_path, {"Dockerfile": None})
    assert rows(path, Link.BUILD, "build arg GO_BUILD_FLAGS") == ["-cover"]


def test_an_absent_dockerfile_of_another_service_is_not_taken(tmp_path: Path) -> None:
    other = changed("script", "Makefile", "-t shop:coverage .", "-f build/bank.Dockerfile -t bank:coverage .")
    path = shop_path(tmp_path, {**other, "Dockerfile": None})
    assert path.image_builds == ()
    (gap,) = [gap for gap in path.missing if gap.what == "the Dockerfile"]
    assert gap.reason == "no Dockerfile was found that builds or copies the service's binary"


def test_dockerfiles_named_after_other_mains_are_not_read(tmp_path: Path) -> None:
    mains = {f"cmd/{name}/main.go": "package main\n\nfunc main() {}\n" for name in ("bank", "mill")}
    files = {f"docker/{name}.Dockerfile": "FROM scratch\n" for name in ("bank", "mill")}
    with snapshot(tmp_path, {**mains, **files, "Dockerfile": None}) as repo:
        counted = Counted(repo)
        find_service(counted, "shop")
    assert not [path for path in counted.paths if path.endswith("Dockerfile")]


PLAIN = {"ARG GO_BUILD_FLAGS\n": "", "${GO_BUILD_FLAGS} ": ""}


def plain_dockerfile() -> str:
    text = base_files("script")["Dockerfile"]
    for old, new in PLAIN.items():
        text = text.replace(old, new)
    return text


def test_a_dockerfile_that_no_command_builds_gives_possible_causes_only(tmp_path: Path) -> None:
    other = changed(
        "script", "Makefile", "-t shop:coverage .", "-t shop:coverage https://example.org/shop.git"
    )
    result = diagnosis(tmp_path, {**other, "Dockerfile": plain_dockerfile()})
    found = {cause.rule: cause.certainty for cause in result.causes}
    assert found["not-instrumented"] is Certainty.POSSIBLE
    assert result.status is Status.INCONCLUSIVE


def test_a_dockerfile_that_the_run_builds_gives_certain_causes(tmp_path: Path) -> None:
    result = diagnosis(tmp_path, {"Dockerfile": plain_dockerfile()})
    assert result.causes[0].link is Link.BUILD
    assert result.causes[0].certainty is Certainty.CERTAIN


def test_of_two_dockerfiles_the_one_for_coverage_is_read(tmp_path: Path) -> None:
    text = base_files("script")["Dockerfile"]
    files = {
        "Dockerfile": plain_dockerfile(),
        "build/Dockerfile.coverage": text.replace("${GO_BUILD_FLAGS}", "-cover"),
    }
    other = changed(
        "script", "Makefile", "-t shop:coverage .", "-t shop:coverage https://example.org/shop.git"
    )
    path = shop_path(tmp_path, {**files, **other})
    assert path.dockerfile is not None
    assert path.dockerfile.path == "build/Dockerfile.coverage"


def test_a_binary_made_for_coverage_belongs_to_its_main(tmp_path: Path) -> None:
    text = 'FROM scratch\nCOPY bin/shop-coverage /shop\nENTRYPOINT ["/shop"]\n'
    path = shop_path(tmp_path, {"Dockerfile": text})
    assert path.dockerfile is not None


def test_a_dockerfile_of_another_module_does_not_build_the_root(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM golang:1.24\nRUN go build -o /app .\n",
        "main.go": "package main\n\nfunc main() {}\n",
        "cmd/shop/main.go": None,
        "sidecar/go.mod": "module example.com/sidecar\n",
        "sidecar/main.go": "package main\n\nfunc main() {}\n",
        "sidecar/Dockerfile": "FROM golang:1.24\nRUN go build -o /app .\n",
    }
    with snapshot(tmp_path, files) as repo:
        built = {service.name: service.files.get("dockerfile") for service in discover(repo)}
    assert built == {"shop": ("Dockerfile",), "sidecar": ("sidecar/Dockerfile",)}
