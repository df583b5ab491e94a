"""`/covcheck history SERVICE`: what changed in a message, the figures and the chart in its thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.history.model import Figure, PackageFigure, Source
from bot.jobs.story import StoryConfig
from bot.localslack.client import HttpLine, SlackClient
from bot.store.answers import Store
from tests.scenarios.conftest import SECRET, Office, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import answered, read, replies
from tests.slack.server import SlackServer

DAY = 86_400.0


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("charts") / "charts"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, charts: Path
) -> Iterator[Office]:
    work = FactWork()
    parts = [StoryConfig(lambda _: None, charts).part()]
    database = ""
    if request.param == "postgres":
        database = str(request.getfixturevalue("postgres_cluster"))
    with SlackServer() as slack:
        bot = start_bot(tmp_path_factory.mktemp("bot"), slack, work, parts=parts, database=database)
        for days, covered, branch in (
            (9, 600, "main"),
            (5, 640, "main"),
            (2, 700, "retry"),
            (1, 690, "retry"),
        ):
            keep(bot.store, days, covered, branch)
        yield Office(slack, bot, work)
        bot.stop()


def keep(store: Store, days: float, covered: int, branch: str) -> None:
    packages = (
        PackageFigure("acme/shop/<!channel>", 500, covered - 400),
        PackageFigure("acme/shop/b", 500, 400),
    )
    at, commit = time.time() - days * DAY, f"{int(days)}" * 40
    name, source = f"{branch}-{days}", Source.ACTIONS
    store.history.keep(
        Figure(name, "acme/shop", "gateway", at, source, 1_000, covered, commit, branch, packages)
    )


@pytest.fixture
def client(slack: SlackServer, office: Office) -> SlackClient:
    return SlackClient(slack, HttpLine(office.bot.server.port, SECRET))


def test_what_changed_and_the_figures_with_a_chart(client: SlackClient, slack: SlackServer) -> None:
    client.command("history gateway retry base main since 14d in acme/shop")
    message = answered(slack)
    said = read(message)
    assert "gateway on retry · 69.0% (-1.0) · 2 figures since" in said
    assert "previous -1.0: from 70.0% at 2222222" in said
    assert "base main +5.0: from 64.0% at 5555555" in said
    assert "the last figure of main before this one" in said
    assert "There is no figure of the branch until" in said
    slack.wait(lambda: [f for f in slack.files.values() if "raw" in f] and replies(slack, message, 1))
    assert "69.0% -1.0" in read((replies(slack, message, 1) or [])[0])
    (chart,) = slack.files.values()
    assert chart["raw"].startswith(b"\x89PNG")
    assert chart["alt_txt"].startswith("Coverage of gateway on retry: from 70.0% on")
    assert "<!channel>" not in str([m.get("text") for m in slack.by_bot("C1")])


def test_in_a_thread_by_mention_and_what_is_not_known(client: SlackClient, slack: SlackServer) -> None:
    client.mention("history gatewy")
    said = read(answered(slack))
    assert "There is no figure of a service named 'gatewy' in acme/shop." in said
    assert "There are figures of gateway." in said
    ack = client.command("history gateway since 2999-01-01")
    assert "no day that has begun" in str(ack.json)
    ack = client.command("history gateway base")
    assert "the branch is missing after `base`" in str(ack.json)


def test_a_folder_that_cannot_be_written_costs_the_chart_alone(
    client: SlackClient, slack: SlackServer, charts: Path
) -> None:
    for folder in charts.parent.glob("charts"):
        folder.rename(charts.parent / f"moved-{time.monotonic_ns()}")
    charts.write_text("in the way")
    try:
        client.command("history gateway")
        message = answered(slack)
        assert "gateway on main · 64.0%" in read(message)
        slack.wait(lambda: "could not be painted" in str([read(m) for m in replies(slack, message, 2) or []]))
    finally:
        charts.unlink()
