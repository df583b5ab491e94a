"""What a listing alone says."""

from __future__ import annotations

from bot.path.inventory import take_inventory
from bot.repo.base import Entry


def inventory(*paths: str, kind: str = "file"):
    return take_inventory({path: Entry(path, kind, "0" * 40, 1) for path in paths})


def test_each_kind_of_file_is_told_by_its_path() -> None:
    found = inventory(
        "Dockerfile", "docker/shop.Dockerfile", "build/Dockerfile.shop", "cmd/shop/main.go", "pkg/a/a.go",
        "test/e2e/shop/suite_test.go", "pkg/a/a_test.go", "hack/kind.yaml", "deploy/shop.yml",
    )  # fmt: skip
    assert found.dockerfiles == ("Dockerfile", "build/Dockerfile.shop", "docker/shop.Dockerfile")
    assert found.mains == ("cmd/shop",)
    assert found.suites == ("test/e2e/shop",)
    assert found.kind_files == ("hack/kind.yaml",)
    assert set(found.yaml) == {"hack/kind.yaml", "deploy/shop.yml"}
    assert not found.empty


def test_what_only_looks_like_one_is_left_out() -> None:
    found = inventory(
        "Dockerfile.md", "Dockerfile.dockerignore", "dockerfile.go", "vendor/x/Dockerfile", "docs/kind.yaml",
        "testdata/main.go", "node_modules/x/main.go", "README.md",
    )  # fmt: skip
    assert found.dockerfiles == found.kind_files == found.mains == ()
    assert inventory("cmd/shop", kind="submodule").empty
    assert inventory().empty
