"""ko builds the service: its flags come from `.ko.yaml`, from GOFLAGS, and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.facts.build import GoBuild
from tests.path.shops import changed, shop_path

ENTRY = "builds:\n- id: shop\n  main: ./cmd/shop\n  flags: [-cover]\n- id: other\n  main: ./cmd/other\n"


def builds(folder: Path, command: str, files: dict[str, str] | None = None) -> list[GoBuild]:
    load = 'kind load docker-image shop:coverage --name "${CLUSTER}"'
    changes = changed("script", "hack/e2e.sh", load, f"KO_DOCKER_REPO=kind.local {command}")
    changes |= changed("script", "Makefile", "e2e-coverage: image-coverage", "e2e-coverage:")
    path = shop_path(folder, {**changes, "Dockerfile": None, **(files or {})})
    return [build for build in path.builds if build.tool == "ko"]


@pytest.mark.parametrize(
    ("command", "config", "cover"),
    [
        ("ko build ./cmd/shop", ENTRY, True),
        ("ko build -B --platform linux/amd64 ./cmd/shop", ENTRY, True),
        ("ko build example.com/shop/cmd/shop", ENTRY, True),
        ("ko build ./cmd/shop", ENTRY.replace("-cover", "-trimpath"), False),
        ("ko build ./cmd/shop", "defaultFlags: [-cover]\n", True),
        ("ko build ./cmd/shop", "defaultFlags: [-cover]\n" + ENTRY.replace("-cover", "-v"), False),
        ("GOFLAGS=-cover ko build ./cmd/shop", ENTRY.replace("-cover", "-v"), True),
        ("ko build ./cmd/shop", None, False),
        ("GOFLAGS=-cover ko build ./cmd/shop", None, True),
    ],
)
def test_flags_of_the_file_reach_the_build(
    tmp_path: Path, command: str, config: str | None, cover: bool
) -> None:
    found = builds(tmp_path, command, {".ko.yaml": config} if config else None)
    assert [build.cover for build in found] == [cover]


def test_a_file_named_by_the_environment_is_read(tmp_path: Path) -> None:
    command = "KO_CONFIG_PATH=build ko build ./cmd/shop"
    found = builds(tmp_path, command, {"build/.ko.yaml": "defaultFlags: [-cover]\n"})
    assert [build.cover for build in found] == [True]


def test_a_file_whose_place_is_not_known_leaves_the_flags_open(tmp_path: Path) -> None:
    found = builds(tmp_path, 'KO_CONFIG_PATH="$(pick)" ko build ./cmd/shop')
    assert [build.cover for build in found] == [None]
