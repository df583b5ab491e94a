"""What people write is read, and mistakes are pointed at."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.asked import (
    AskAnswer,
    AskCheck,
    AskCompare,
    AskDigest,
    Asked,
    AskFollow,
    AskHelp,
    AskHistory,
    AskLive,
    AskSchedule,
    AskServices,
)
from handlers.words import WordsError, parse


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", AskHelp()),
        ("   ", AskHelp()),
        ("Help", AskHelp()),
        ("datastorage", AskCheck("datastorage")),
        ("check datastorage", AskCheck("datastorage")),
        ("datastorage main", AskCheck("datastorage", "main")),
        ("datastorage feature/x-1.2", AskCheck("datastorage", "feature/x-1.2")),
        ("datastorage in acme/shop", AskCheck("datastorage", None, "acme/shop")),
        ("datastorage 4f2c1e7 IN acme/shop.js", AskCheck("datastorage", "4f2c1e7", "acme/shop.js")),
        ("  datastorage \n main ", AskCheck("datastorage", "main")),
        ("`datastorage`", AskCheck("datastorage")),
        ('"data storage" main', AskCheck("data storage", "main")),
        ("“datastorage” ‘main’", AskCheck("datastorage", "main")),
        ("history gateway", AskHistory("gateway")),
        ("history gateway fix/retry", AskHistory("gateway", "fix/retry")),
        (
            "history gateway retry in acme/shop since 2026-11-01 base main",
            AskHistory("gateway", "retry", "acme/shop", "2026-11-01", "main"),
        ),
        ("History `since` SINCE 14d", AskHistory("since", since="14d")),
        ('"compare"', AskCheck("compare")),
        ("check help", AskCheck("help")),
        ("check `in` main", AskCheck("in", "main")),
        ("compare a b", AskCompare("a", "b")),
        ("COMPARE a b main in acme/shop", AskCompare("a", "b", "main", "acme/shop")),
        ("live a", AskLive("a")),
        ("LIVE a main in acme/shop NAMESPACE team-a", AskLive("a", "main", "acme/shop", "team-a")),
        ("live a namespace team-a", AskLive("a", None, None, "team-a")),
        ("live a `namespace` namespace b", AskLive("a", "namespace", None, "b")),
        ("live live live", AskLive("live", "live")),
        ('"live" main', AskCheck("live", "main")),
        ("a namespace", AskCheck("a", "namespace")),
        ("answer", AskAnswer()),
        ("answer main in acme/shop", AskAnswer(None, "main", "acme/shop")),
        ("ANSWER <https://h/a/b/issues/1|label>", AskAnswer("https://h/a/b/issues/1")),
        (
            "answer <https://h/x?a=1&amp;b=2> v1 in acme/shop",
            AskAnswer("https://h/x?a=1&b=2", "v1", "acme/shop"),
        ),
        ('"answer"', AskCheck("answer")),
        ("digest", AskDigest()),
        ("digest DAYS 30 in acme/shop", AskDigest(30, "acme/shop")),
        ("digest in acme/shop", AskDigest(7, "acme/shop")),
        ('"digest"', AskCheck("digest")),
        ("follow gateway", AskFollow("gateway")),
        ('Follow "follow" in acme/shop', AskFollow("follow", "acme/shop")),
        ("unfollow gateway", AskFollow("gateway", on=False)),
        ('"follow"', AskCheck("follow")),
        ("schedule", AskSchedule()),
        ("Schedule list", AskSchedule(shown=True)),
        ("schedule in acme/shop", AskSchedule(repo="acme/shop")),
        ('"schedule" main', AskCheck("schedule", "main")),
        ("services", AskServices()),
        ("services v1.2 in acme/shop", AskServices("v1.2", "acme/shop")),
        ("<http://data.storage|data.storage>", AskCheck("data.storage")),
        ("a&lt;b&gt; main", AskCheck("a<b>", "main")),
        ("&amp;lt;", AskCheck("&lt;")),
    ],
)
def test_read(text: str, asked: Asked) -> None:
    assert parse(text) == asked


@pytest.mark.parametrize(
    ("text", "says", "at"),
    [
        ("compare", "the first service is missing", 8),
        ("compare a", "the second service is missing", 10),
        ("compare a a", "the same service", 10),
        ("check", "the service is missing", 6),
        ("live", "the service is missing", 5),
        ("live namespace a", "the service is missing", 5),
        ("live in a/b", "the service is missing", 5),
        ("live a namespace", "the namespace is missing after `namespace`", 17),
        ("live a namespace Team_A", "no name of a namespace", 17),
        ("live a namespace -a", "no name of a namespace", 17),
        ("live a namespace b in a/b", "do not understand", 19),
        ("live a main x namespace b", "do not understand", 12),
        ("live a in namespace b", "OWNER/NAME", 10),
        ("in acme/shop", "the service is missing", 0),
        ("datastorage in", "the repo is missing after `in`", 15),
        ("datastorage in shop", "OWNER/NAME", 15),
        ("datastorage in https://git.example/a/b", "OWNER/NAME", 15),
        ("datastorage in acme/..", "OWNER/NAME", 15),
        ("datastorage -x", "no branch, tag or commit", 12),
        ("datastorage a..b", "no branch, tag or commit", 12),
        ("datastorage HEAD~1", "no branch, tag or commit", 12),
        ("datastorage main now", "do not understand", 17),
        ("services a b", "do not understand", 11),
        ("digest days", "the number is missing after `days`", 12),
        ("digest days 0", "from 1 to 366", 12),
        ("digest days 9999", "from 1 to 366", 12),
        ("digest gateway", "do not understand", 7),
        ("digest days 7 of acme/shop", "do not understand", 14),
        ("follow", "service is missing", 7),
        ("follow gateway main", "do not understand", 15),
        ("unfollow in acme/shop", "service is missing", 9),
        ("schedule gateway", "do not understand", 9),
        ("schedule list all", "do not understand", 14),
        ("schedule in shop", "OWNER/NAME", 12),
        ('datastorage "main', "not closed", 12),
        ("`", "not closed", 0),
        ("datastorage main in acme/shop please", "do not understand", 30),
        ('""', "no name of a service", 0),
        ("a" * 201, "no name of a service", 0),
        ("data\u202estorage", "no name of a service", 0),
    ],
)
def test_mistakes_are_pointed_at(text: str, says: str, at: int) -> None:
    with pytest.raises(WordsError, match=says) as caught:
        parse(text)
    assert caught.value.pointed.split("\n")[1] == " " * at + "^"


def test_a_very_long_text_is_refused() -> None:
    with pytest.raises(WordsError, match="too long"):
        parse("a " * 3_000)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(WordsError):
        assert isinstance(parse(text), Asked)
