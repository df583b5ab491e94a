"""The digest in Slack: limits by construction, hostile names, quiet, nothing at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.digest.build import build_digest
from bot.digest.gather import Gathered
from bot.digest.model import Blocked, ServiceHistory, StaleArticle
from bot.digest.slack import DigestPosts, digest_messages, digest_posts
from bot.digest.words import headline
from bot.localslack.reading import reading, runs
from bot.quality import QualityCounts
from bot.render.blocks import MAX_BLOCKS, MAX_MESSAGE, size
from tests.digest.test_build import DAY, WEEK, figure, history


def posted(tmp_path: Path, *histories: ServiceHistory) -> DigestPosts:
    return digest_posts(Gathered(build_digest(histories, WEEK), histories, "main"), tmp_path)


def test_what_moved_is_named_with_its_reason(tmp_path: Path) -> None:
    made = posted(
        tmp_path,
        history("gateway", figure("gateway", 99, 658), figure("gateway", 103, 721)),
        history("datastorage", figure("datastorage", 99, 511), figure("datastorage", 103, 480)),
        history("notification", blocked=Blocked("collect-before-exit", "Too early.", 102 * DAY)),
    )
    assert made.message.text == (
        "E2E coverage, week 16 · 2 of 3 services reported · 60.0% (+1.6). gateway up 6.3 points to 72.1%. "
        "datastorage down 3.1 points to 48.0%. No data: notification (collect-before-exit since 13 April)."
    )
    assert "▲ gateway 72.1 (+6.3: pkg/a +6.3 at ccccccc)" in reading(made.message.blocks)
    thread = json.dumps(made.thread[0].payload(), ensure_ascii=False)
    assert "███████░░░" in thread
    assert "Too early." in thread


LINES = "https://git.example/x#L3"


def gathered(**more: Any) -> Gathered:
    """gateway rose between two commits, and notification is blocked since 23:30 UTC of a day."""
    before, after = figure("gateway", 99, 658), figure("gateway", 103, 721)
    late = Blocked("collect-before-exit", "Too early.", 102 * DAY - 1_800, more.pop("url", LINES))
    histories = (
        history("gateway", replace(before, commit="a" * 40), replace(after, commit="b" * 40)),
        history("notification", blocked=late),
    )
    period = replace(WEEK, zone=more.pop("zone", UTC))
    return Gathered(build_digest(histories, period), histories, "main", **more)


def test_commits_and_causes_are_links() -> None:
    message, thread = digest_messages(gathered(web="https://git.example/acme/shop"))
    compared = f"https://git.example/acme/shop/compare/{'a' * 40}...{'b' * 40}"
    assert [(run["text"], run["url"]) for run in runs(message.blocks) if run["type"] == "link"] == [
        ("in aaaaaaa..bbbbbbb", compared),
        ("notification (collect-before-exit since 12 April)", LINES),
    ]
    linked = [run["url"] for run in runs(thread[0].blocks) if run["type"] == "link"]
    assert linked == [compared, LINES]
    plain, _ = digest_messages(gathered())
    assert [run["url"] for run in runs(plain.blocks) if run["type"] == "link"] == [LINES]
    assert "(+6.3: pkg/a +6.3 in aaaaaaa..bbbbbbb)" in reading(plain.blocks)


def test_days_are_those_of_the_readers() -> None:
    assert "since 12 April" in digest_messages(gathered())[0].text
    berlin = gathered(zone=ZoneInfo("Europe/Berlin"))
    assert "since 13 April" in digest_messages(berlin)[0].text
    assert "since 13 April" in reading(digest_messages(berlin)[1][0].blocks)


STALE = (StaleArticle("Two directories", "kind.yaml changed", "ana"), StaleArticle("Too early", "it failed"))
COUNTS = QualityCounts(0.0, 1.0, asked=12, answered=9, abstained=3, solved=4, not_helpful=1, escalated=2,
                       opened=5, proven=2, proven_then=3)  # fmt: skip


def test_stale_articles_and_answers_are_told() -> None:
    message, thread = digest_messages(gathered(stale=STALE, quality=COUNTS))
    assert "Stale articles: 2 (Two directories; Too early)" in reading(message.blocks)
    asked = "Questions: 12 asked, 9 answered, 3 abstained; 3 proven solved, 2 escalated, 1 not helpful."
    assert asked in reading(message.blocks)
    assert asked in message.text
    assert "Stale articles: 2 (Two directories; Too early)." in message.text
    assert "- Two directories: kind.yaml changed (owner ana)\n- Too early: it failed" in reading(
        thread[0].blocks
    )
    none = digest_messages(gathered(stale=()))[0]
    assert "Stale articles: none" in reading(none.blocks)
    unasked = digest_messages(gathered(quality=QualityCounts(0, 1, *[0] * 9)))[0]
    assert "Questions: none was asked" in reading(unasked.blocks)
    assert "Stale" not in reading(unasked.blocks), "where nobody looked nothing is said"


def test_only_what_is_included_is_told() -> None:
    message, thread = digest_messages(gathered(stale=STALE, quality=COUNTS, include=()))
    assert reading(message.blocks).splitlines()[1:] == ["Each service is in the thread."]
    assert message.text == "E2E coverage, week 16 · 1 of 2 services reported · 72.1% (+6.3)."
    assert reading(thread[0].blocks).count("\n") == 1
    some, _ = digest_messages(gathered(stale=STALE, quality=COUNTS, include=("no-data", "chart")))
    assert reading(some.blocks).splitlines()[1:] == [
        "No data: notification (collect-before-exit since 12 April)",
        "Each service and the chart are in the thread.",
    ]


@pytest.mark.parametrize(
    ("days", "said"), [(1, "23 November"), (7, "week 16"), (30, "30 days to 23 November")]
)
def test_the_headline_says_which_time(days: int, said: str) -> None:
    period = replace(WEEK, since=WEEK.until - days * DAY)
    assert headline(build_digest([], period)).startswith(f"E2E coverage, {said} · ")


def test_quiet_and_nothing(tmp_path: Path) -> None:
    quiet = posted(tmp_path, history("cart", figure("cart", 99, 500), figure("cart", 103, 502)))
    assert "Quiet: nothing moved" in quiet.message.text
    empty = posted(tmp_path)
    assert (empty.thread, "no data" in empty.message.text) == ((), True)
    assert empty.chart.alt_text == "Coverage over time: no data."


def test_hostile_names_fit_and_do_not_act(tmp_path: Path) -> None:
    names = [f"<!channel> &\u202e*x*`{'y' * 4_000}{number}" for number in range(120)]
    blocked = Blocked("r" * 5_000, "<@U1> " * 3_000, 102 * DAY, url="javascript:alert(1)")
    made = posted(
        tmp_path,
        *(history(name, figure(name, 99, 500), figure(name, 103, 700)) for name in names[:60]),
        *(history(name, blocked=blocked) for name in names[60:]),
    )
    evil = tuple(StaleArticle("<!here> " * 999, "[x](y) " * 999, "<@U1>" * 99) for _ in range(300))
    message, thread = digest_messages(gathered(stale=evil, web="javascript:alert(1)", url="data:x"))
    for post in (made.message, *made.thread, message, *thread):
        assert len(post.blocks) <= MAX_BLOCKS
        assert size(post.blocks) <= MAX_MESSAGE
        assert "<!channel>" not in post.text
        assert "\u202e" not in json.dumps(post.payload(), ensure_ascii=False)
        assert not {"user", "channel", "link", "mrkdwn"} & set(kinds(post.payload()))


def kinds(value: object) -> list[str]:
    if isinstance(value, dict):
        return [str(value.get("type", "")), *(kind for each in value.values() for kind in kinds(each))]
    return [kind for each in value for kind in kinds(each)] if isinstance(value, list) else []
