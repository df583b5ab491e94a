"""Figures pushed from CI: read as they were written, refused with the place that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.covdata.textprofile import read_text
from bot.errors import UsageError
from bot.history.model import PackageFigure, Source
from bot.history.pushed import decode, encode

NOW = 1_795_400_000.0
PROFILE = "mode: set\nacme/shop/a/a.go:1.1,2.2 4 1\nacme/shop/b/b.go:1.1,2.2 6 0\n"
BODY: dict[str, Any] = {
    "version": 1,
    "repo": "Acme/Shop",
    "service": "gateway",
    "commit": "4f2c1e7" + "0" * 33,
    "branch": "main",
    "run": "1234/1",
    "statements": 10,
    "covered": 4,
    "packages": [["acme/shop/a", 4, 4], ["acme/shop/b", 6, 0]],
}


def sent(**changes: Any) -> bytes:
    return json.dumps({**BODY, **changes}).encode()


def test_what_is_written_is_read() -> None:
    summary = read_text(PROFILE.splitlines(), "cover.out")
    body = encode(summary, repo="acme/shop", service="gateway", commit="4" * 40, branch=None)
    figure = decode(body, NOW)
    assert (figure.repo, figure.service, figure.at, figure.source) == (
        "acme/shop",
        "gateway",
        NOW,
        Source.PUSH,
    )
    assert (figure.percent, figure.branch) == (40.0, None)
    assert set(figure.packages) == {PackageFigure("acme/shop/a", 4, 4), PackageFigure("acme/shop/b", 6, 0)}


def test_the_same_figure_pushed_again_is_the_same() -> None:
    first = decode(sent(), NOW)
    assert decode(sent(at=NOW - 60.0), NOW + 900).id == first.id
    assert decode(sent(repo="acme/shop"), NOW).id == first.id
    assert decode(sent(run="1234/2"), NOW).id != first.id
    assert decode(sent(covered=5, packages=[]), NOW).id != first.id


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 2}, "version"),
        ({"repo": "../etc"}, "repo"),
        ({"repo": "acme/shop\n"}, "repo"),
        ({"commit": "main"}, "commit"),
        ({"statements": "10"}, "statements"),
        ({"statements": -1}, "statements"),
        ({"statements": 10**13}, "statements"),
        ({"covered": 11}, "more statements are covered"),
        ({"packages": [["a", 4, 5]]}, "more statements are covered"),
        ({"packages": [["a", 40, 5]]}, "more statements than the whole"),
        ({"packages": [["a", 1, 1], ["a", 1, 1]]}, "stands twice"),
        ({"packages": [["a\u202eb", 1, 1]]}, "cannot be seen"),
        ({"packages": [["a", 1]]}, "packages.0"),
        ({"packages": [[f"p{n}", 0, 0] for n in range(2_001)]}, "packages"),
        ({"service": ""}, "service"),
        ({"service": "x" * 201}, "service"),
        ({"branch": "a\x00b"}, "cannot be seen"),
        ({"at": NOW + 90_000}, "in the future"),
        ({"at": 0.0}, "more than a year ago"),
        ({"at": float("nan")}, "at"),
        ({"token": "x"}, "token"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        decode(sent(**changes), NOW)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"version": 1}'])
def test_what_is_no_figure(body: bytes) -> None:
    with pytest.raises(UsageError, match=r"the body|repo"):
        decode(body, NOW)
