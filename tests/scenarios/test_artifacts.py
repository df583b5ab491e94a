"""Artifacts are taken by a durable job of a slot: once, quietly, and a look that fails is made up for."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from dbos import DBOS

from bot.bootstrap import artifact_taker
from bot.jobs.artifacts import NAME, ArtifactsConfig, due, often
from bot.settings import Settings
from bot.store.answers import Store
from tests.git_repo import GitRepo
from tests.github_actions import Artifact
from tests.github_server import ANY, GitHubServer
from tests.scenarios.conftest import Bot, start_bot
from tests.scenarios.factwork import FactWork
from tests.slack.server import SlackServer

REPO, TOKEN = "acme/shop", "ghp_" + "d" * 36
SLOT = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)


def artifact(number: int, commit: str) -> Artifact:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("cover.out", f"mode: set\nexample.com/shop/a.go:1.1,2.2 4 {number % 2}\n")
    return Artifact(number, "coverage-gateway", held.getvalue(), float(int(time.time())), commit=commit)


@pytest.fixture(params=["sqlite", "postgres"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[GitHubServer, SlackServer, Bot]]:
    folder = tmp_path_factory.mktemp("artifacts")
    monkeypatch.setenv("COVCHECK_HOME", str(folder))
    repo = GitRepo(folder / "repo.git")
    commit = repo.commit({"a": "1"})
    url = ""
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres_url"))
    with GitHubServer({REPO: repo.path}, tokens={TOKEN: ANY}) as github, SlackServer() as slack:
        settings = Settings.model_validate(
            {
                "github": {"token": TOKEN, "api_url": github.api_url},
                "history": {"artifacts": {REPO: "coverage-*"}},
            }
        )
        store = Store(url or f"sqlite:///{folder}/store.sqlite")
        taker = artifact_taker(settings, store)
        parts = [ArtifactsConfig(taker).part()]
        github.actions.artifacts[REPO] = [artifact(1, commit)]
        bot = start_bot(folder, slack, FactWork(), parts=parts, database=url)
        yield github, slack, bot
        bot.stop()
        taker.close()
        store.close()


def look(bot: Bot, minute: int) -> str:
    slot = SLOT.replace(minute=minute)
    wanted = due(REPO)(slot)
    assert wanted is not None
    return bot.jobs.wait(bot.jobs.submit(*wanted, key=f"{NAME} {REPO}\0{slot.isoformat()}"))


def test_each_slot_is_one_look(office: tuple[GitHubServer, SlackServer, Bot]) -> None:
    github, slack, bot = office
    assert [look(bot, 20), look(bot, 20), look(bot, 30)] == ["OK", "OK", "NOTHING"]
    assert len([seen for seen in github.requests if seen.path.endswith("/artifacts")]) == 2
    (figure,) = bot.store.history.figures(REPO, "gateway")
    assert (figure.source, figure.statements, figure.covered) == ("actions", 4, 4)
    commit = figure.commit or ""
    github.actions.artifacts[REPO].append(artifact(2, commit))
    github.actions.storage.failing = 1
    assert [look(bot, 40), look(bot, 50)] == ["FAILED", "OK"]
    assert bot.store.history.count() == 2
    assert not DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1)
    assert slack.transcript() == ""


def test_the_clock_looks_every_ten_minutes_at_each_repo() -> None:
    after = datetime(2026, 11, 24, 3, 21, tzinfo=UTC)
    assert often().get_next_fire_time(None, after) == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
