"""Which links are followed, and what they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.repo.links import FileLink, IssueLink, PlaceLink, parse_link, parse_place

WEB = "https://github.com"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (f"{WEB}/acme/shop/blob/main/docs/help.md", FileLink("acme/shop", ("main", "docs", "help.md"))),
        (f"{WEB}/acme/shop/blob/main/a%20b.md?plain=1#L3-L9", FileLink("acme/shop", ("main", "a b.md"))),
        (f"{WEB}/acme/shop/issues/12", IssueLink("acme/shop", 12)),
        (f"{WEB}/acme/shop/issues/12#issuecomment-5", IssueLink("acme/shop", 12)),
        (f"{WEB}/acme/shop/pull/7/files", IssueLink("acme/shop", 7)),
        (f" {WEB}/acme/shop/pull/7/ ", IssueLink("acme/shop", 7)),
    ],
)
def test_links_to_files_and_issues_are_read(url: str, named: object) -> None:
    assert parse_link(url, WEB) == named


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme/shop",
        f"{WEB}/acme/shop",
        f"{WEB}/acme/shop/blob/main",
        f"{WEB}/acme/shop/tree/main/docs",
        f"{WEB}/acme/shop/issues",
        f"{WEB}/acme/shop/issues/x",
        f"{WEB}/acme/shop/issues/²",
        f"{WEB}/acme/shop/issues/9999999999",
        f"{WEB}/acme/shop/blob/main/../../x",
        f"{WEB}/acme/shop/blob/main/%2e%2e/x",
        f"{WEB}/acme/shop/blob/main/a%2fb",
        f"{WEB}/acme/shop/blob/main//x",
        f"{WEB}/acme/shop/blob/main/a%00b",
        f"{WEB}/../shop/blob/main/x",
        "http://github.com/acme/shop/issues/1",
        "https://github.com:444/acme/shop/issues/1",
        "https://me@github.com/acme/shop/issues/1",
        "https://github.com@evil.example/acme/shop/issues/1",
        "https://github.com.evil.example/acme/shop/issues/1",
        "https://evil.example/github.com/acme/shop/issues/1",
        "https://github.com:x/acme/shop/issues/1",
        "https://[::1/acme/shop/issues/1",
        "file:///etc/passwd",
        f"{WEB}/acme/shop/blob/main/{'x' * 3000}",
    ],
)
def test_every_other_link_names_nothing(url: str) -> None:
    assert parse_link(url, WEB) is None


def test_an_enterprise_host_has_its_own_links() -> None:
    here = "https://git.acme.example:8443"
    assert parse_link(f"{here}/acme/shop/issues/1", here) == IssueLink("acme/shop", 1)
    assert parse_link(f"{WEB}/acme/shop/issues/1", here) is None


def test_where_the_ref_ends_is_tried_the_shortest_first() -> None:
    link = FileLink("acme/shop", ("feature", "x", "docs", "help.md"))
    assert list(link.splits()) == [
        ("feature", "x/docs/help.md"),
        ("feature/x", "docs/help.md"),
        ("feature/x/docs", "help.md"),
    ]
    assert len(list(FileLink("a/b", tuple("abcdefghij")).splits())) == 5


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_it(first: str, second: str) -> None:
    for url in (first, f"{WEB}/{first}", f"{WEB}/acme/shop/blob/{first}/{second}"):
        found = parse_link(url, WEB)
        if isinstance(found, FileLink):
            assert not {"", ".", ".."} & set(found.segments)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (f"{WEB}/acme/shop", PlaceLink("acme/shop", "repo")),
        (f"{WEB}/acme/shop/?tab=readme#x", PlaceLink("acme/shop", "repo")),
        (f"{WEB}/acme/shop/tree/main", PlaceLink("acme/shop", "tree", ("main",))),
        (f"{WEB}/acme/shop/blob/main/a%20b#L3", PlaceLink("acme/shop", "blob", ("main", "a b"))),
        (f"{WEB}/acme/shop/commit/4f2c1e7", PlaceLink("acme/shop", "commit", ("4f2c1e7",))),
    ],
)
def test_places_in_a_repo_are_read(url: str, place: PlaceLink) -> None:
    assert parse_place(url, WEB) == place


@pytest.mark.parametrize(
    "path",
    [
        "",
        "acme",
        "acme/shop/blob/main",
        "acme/shop/tree",
        "acme/shop/commit/main",
        "acme/shop/commit/4f2c1e7/x",
        "acme/shop/pull/1",
        "acme/shop/tree/main/%2e%2e",
        "orgs/acme/../shop",
        "acme/shop/blob/main/" + "x" * 3_000,
    ],
)
def test_other_places_are_not(path: str) -> None:
    assert parse_place(f"{WEB}/{path}", WEB) is None


def test_a_places_ref_may_hold_slashes() -> None:
    assert list(PlaceLink("a/b", "tree", ("x", "y")).splits()) == [("x", "y"), ("x/y", "")]
    assert len(list(PlaceLink("a/b", "blob", tuple("abcdefghij")).splits())) == 5


@given(st.text(max_size=60))
def test_no_place_is_a_fault(text: str) -> None:
    parse_place(f"{WEB}/{text}", WEB)
    parse_place(text, WEB)
