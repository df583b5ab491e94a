"""A year of 40 services, from the store to what is posted: complete, right, within Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.digest.gather import LOOKED_BACK, Asked, Gathered, gather
from bot.digest.slack import DigestPosts, digest_posts
from bot.store.answers import Store
from tests.digest.year import BLOCKED, DAY, REPO, RISEN, SILENT, UNTIL, WEEK, figures, fill


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = fill(f"sqlite:///{tmp_path_factory.mktemp('year') / 'covcheck.sqlite'}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def gathered(store: Store) -> Gathered:
    return gather(store, Asked(REPO, WEEK))


@pytest.fixture(scope="module")
def posts(gathered: Gathered, tmp_path_factory: pytest.TempPathFactory) -> DigestPosts:
    return digest_posts(gathered, tmp_path_factory.mktemp("chart"))


def test_every_service_is_there_with_its_whole_history(gathered: Gathered) -> None:
    made = [figure for figure in figures() if figure.at >= UNTIL - LOOKED_BACK]
    assert sum(len(history.figures) for history in gathered.histories) == len(made)
    assert [history.service for history in gathered.histories] == sorted({f.service for f in made})
    assert (gathered.digest.services, len(gathered.digest.lines)) == (40, 38)


def test_the_figures_are_those_of_the_year(gathered: Gathered) -> None:
    digest, made = gathered.digest, figures()
    last = {figure.service: figure for figure in made}
    before = {figure.service: figure for figure in made if figure.at < WEEK.since}
    for line in digest.lines:
        old, new = before[line.service], last[line.service]
        assert line.figure == new
        assert old.percent is not None
        assert new.percent is not None
        assert line.points == pytest.approx(new.percent - old.percent)
    told = [last[line.service] for line in digest.lines]
    assert digest.percent == pytest.approx(
        100 * sum(f.covered for f in told) / sum(f.statements for f in told)
    )
    assert digest.moved[0].service == RISEN
    assert not digest.quiet


def test_what_has_no_data_says_why(gathered: Gathered) -> None:
    blocked, silent = gathered.digest.no_data
    assert (blocked.service, silent.service) == (BLOCKED, SILENT)
    assert blocked.blocked is not None
    assert (blocked.blocked.rule, blocked.blocked.since) == ("collect-before-exit", UNTIL - 21 * DAY)
    assert silent.blocked is None
    assert silent.ran is not None
    assert UNTIL - 152 * DAY < silent.ran < UNTIL - 150 * DAY


def test_the_message_is_short_and_its_thread_is_complete(posts: DigestPosts, gathered: Gathered) -> None:
    first = json.dumps(posts.message.payload(), ensure_ascii=False)
    assert "38 of 40 services reported" in first
    assert f"{BLOCKED} (collect-before-exit since 2 November)" in first
    assert f"{SILENT} (no run since 25 June)" in first
    thread = json.dumps([post.payload() for post in posts.thread], ensure_ascii=False)
    for history in gathered.histories:
        assert history.service in thread
    assert "The files are copied too early." in thread
    assert "(cut)" not in first + thread


def test_the_message_in_words_has_no_drawings(posts: DigestPosts) -> None:
    said = posts.message.text
    assert said.startswith("E2E coverage, week 47 · 38 of 40 services reported · ")
    assert f"{RISEN} up 1" in said
    assert not set("▲▼█░▁▂▃▄▅▆▇") & set(said)


def test_the_chart_has_words_too(posts: DigestPosts) -> None:
    assert posts.chart.path is not None
    assert Path(posts.chart.path).read_bytes().startswith(b"\x89PNG")
    assert posts.chart.alt_text is not None
    assert posts.chart.alt_text.startswith("Coverage of 39 services over 89 days: from ")
