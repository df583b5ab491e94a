"""Names of services as people and files write them."""

from __future__ import annotations

import pytest

from bot.path.names import best, file_stem, likeness, path_likeness, plain, resolve, same_name


@pytest.mark.parametrize(
    ("name", "other", "degree"),
    [
        ("data-storage", "DataStorage", 4),
        ("signalprocessing", "signalprocessing-controller", 3),
        ("shop", "shop-e2e", 2),
        ("shop", "kind-shop-config", 1),
        ("shop", "gateway", 0),
        ("", "shop", 0),
        ("svc", "svc", 4),
    ],
)
def test_likeness(name: str, other: str, degree: int) -> None:
    assert likeness(name, other) == degree


@pytest.mark.parametrize(
    ("base", "stem"),
    [
        ("data-storage.Dockerfile", "data-storage"),
        ("Dockerfile.shop", "shop"),
        ("shop_e2e_suite_test.go", "shop"),
        ("kind-shop-config.yaml", "shop"),
        ("shop.yaml", "shop"),
    ],
)
def test_what_a_file_name_says(base: str, stem: str) -> None:
    assert file_stem(base) == stem


@pytest.mark.parametrize(
    ("base", "path", "found"),
    [
        ("a/b", "../c", "a/c"),
        ("", ".", ""),
        (None, "./x", "x"),
        ("a", "../../x", None),
        ("a", "/etc/passwd", None),
    ],
)
def test_paths_stay_in_the_repo(base: str | None, path: str, found: str | None) -> None:
    assert resolve(base, path) == found


def test_names_and_order() -> None:
    assert plain("Data_Storage-2") == "datastorage2"
    assert same_name("shop", "shop-service")
    assert not same_name("shop", "shopper")
    assert path_likeness("shop", "test/e2e/shop/suite_test.go") == 4
    assert best("shop", ["z.yaml", "deploy/shop.yaml", "shop.yaml"]) == [
        "shop.yaml",
        "deploy/shop.yaml",
        "z.yaml",
    ]
