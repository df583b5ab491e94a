"""Which image references may mean the same image."""

from __future__ import annotations

import pytest

from bot.facts.joints import same_image


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("shop", "docker.io/library/shop:latest"),
        ("${image()}", "shop:e2e"),
        ("${image()}", "example.org/team/shop:e2e"),
        ("shop:${tag}", "shop:e2e"),
    ],
)
def test_the_same(left: str, right: str) -> None:
    assert same_image(left, right)


@pytest.mark.parametrize(
    ("left", "right"), [("shop", "localhost/shop"), ("shop:a", "shop:b"), ("bank:${tag}", "shop:e2e")]
)
def test_not_the_same(left: str, right: str) -> None:
    assert not same_image(left, right)
