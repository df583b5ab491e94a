"""Assembly of build and image: the Dockerfile of the run, one that is not there, rows of other services."""

from __future__ import annotations

from pathlib import Path

from bot.model import Link
from bot.path import find_service
from tests.path.shops import Counted, changed, diagnosis, rows, shop_path, snapshot


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
