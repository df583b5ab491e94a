"""What is a question, what is a command, and which messages of a channel are looked at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.question_orders import Heard
from handlers.access import Access
from handlers.questions import MAX_QUESTION, asks_something, is_question, question_in

EMPTY = "why is the coverage directory empty although the pod ran?"


@pytest.mark.parametrize(
    "text",
    [
        EMPTY,
        "what is GOCOVERDIR?",
        "why empty?",
        "does -ldflags '-s -w' break it?",
        "is it GOCOVERDIR? or the mount",
        "why does datastorage write no coverage",
        "How do I set it",
        "hi, can you tell me where the files are",
        '"warning: GOCOVERDIR not set, no coverage data emitted"',
        "`open /coverdata: permission denied`",
        "I get warning: GOCOVERDIR not set, no coverage data emitted",
        "compare why A works and B does not?",
        "services are all empty, what is wrong?",
        "live coverage is empty, why?",
        "where is it (the directory)?",
        "&lt;b&gt; is empty, why?",
    ],
)
def test_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "datastorage",
        "datastorage?",
        "check datastorage",
        "datastorage main",
        "datastorage in acme/shop",
        "datastorage 4f2c1e7 in acme/shop",
        '"data storage" main',
        "“data storage”",
        "compare a b",
        "compare a b in acme/shop",
        "compare a b?",
        "live datastorage namespace team-a",
        "live a main in acme/shop namespace team-a",
        "services",
        "help",
        "questions answer",
        "quality",
        "compare datastorage with the other service please do it",
        "data storage svc",
    ],
)
def test_no_question(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        EMPTY,
        f"hi all, {EMPTY}",
        "the job is green but GOCOVERDIR is empty. any idea?",
        "how come covmeta is there and no covcounters",
        "we get `covmeta` only, is that right?",
    ],
)
def test_a_message_that_may_ask(text: str) -> None:
    assert asks_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thanks!",
        "any idea?",
        "coverage is at 80% now",
        "deployed, all green",
        "<@U2> why is the coverage directory empty?",
        "hey <@U2> why is the coverage directory empty?",
        "see <https://example.com/?why=coverage> for it all",
        "see https://example.com/a?b=c for the whole story",
        "```why is the coverage directory empty?```",
        "&gt; why is the coverage directory empty?\nno longer",
        "why " * 1_000,
    ],
)
def test_a_message_that_asks_nothing(text: str) -> None:
    assert not asks_something(text)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    is_question(text)
    asks_something(text)


def test_long_texts_are_bounded_and_without_secrets() -> None:
    event = {"channel": "C1", "ts": "1.1"}
    secret = "ghp_" + "a" * 36
    order = question_in(event, f"is it {secret} ? " + "why " * 10_000, Access(default_repo="acme/shop"))
    assert order is not None
    assert secret not in order.text
    assert len(order.text) <= MAX_QUESTION
    assert (order.heard, order.repo) == (Heard.MENTION, "acme/shop")


@pytest.mark.parametrize(
    "text",
    ["?" * 40_000, "`" * 40_000, '"' * 40_000, "<" * 40_000, "a://" * 10_000, "(" * 40_000, "a " * 20_000],
)
def test_traps_for_patterns_are_none(text: str) -> None:
    is_question(text)
    asks_something(text[:3_000])
    question_in({"channel": "D1", "ts": "1.1"}, f"why {text} ?", Access())
