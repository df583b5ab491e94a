"""Requests are told from commands and questions."""

from __future__ import annotations

import pytest

from knowledge.requests.looks import looks_like_request
from tests.scenarios.request import REQUEST


@pytest.mark.parametrize(
    "text",
    [
        REQUEST,
        "Hi team\n1. Do you build in two stages?\n2. Which user?",
        "Coverage is empty.\nWhich base image do you use?\nWhich user runs it?",
        "Hello\n- no files\n- tests pass\nthanks",
        "word " * 200,
    ],
)
def test_these_are_requests(text: str) -> None:
    assert looks_like_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "datastorage",
        "compare a b main in acme/shop",
        "why is the coverage of datastorage empty?",
        "datastorage says this:\n```\nwarning: GOCOVERDIR not set, no coverage data emitted\n```",
        "why is this?\n```\n" + "- error: coverage meta-data emit failed\n" * 40 + "```",
        "thanks!\n\nthat\n\nhelped",
    ],
)
def test_these_are_not(text: str) -> None:
    assert not looks_like_request(text)


def test_hostile_text_takes_no_time() -> None:
    for piece in ("-", "?", "1", "#", " ", "\n- a", "a?\n"):
        looks_like_request(piece * 500_000)
