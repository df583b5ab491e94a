"""The nightly thinning: once for its night however often it is handed in, and never a word in Slack."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dbos import DBOS

from bot.bootstrap import clock, figures, thinning_part
from bot.errors import SettingsError
from bot.history.model import Figure, Source
from bot.jobs.engine import job_id_of
from bot.jobs.history import NAME, due, nightly
from bot.settings import Settings
from bot.store.changes import What
from tests.postgres import postgres, programs
from tests.scenarios.conftest import Bot, start_bot
from tests.scenarios.factwork import FactWork
from tests.slack.server import SlackServer

NIGHT = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)
OLD = Figure("f-0", "acme/shop", "gateway", 0.0, Source.PUSH, 10, 5, branch="main")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SlackServer, Bot]]:
    folder = tmp_path_factory.mktemp("history")
    parts = [thinning_part(Settings.model_validate({"history": {"all_days": 2, "daily_days": 5}}))]
    with SlackServer() as slack:
        if request.param == "sqlite":
            bot = start_bot(folder, slack, FactWork(), parts=parts)
            yield slack, bot
            bot.stop()
            return
        if programs() is None:
            pytest.skip("there is no Postgres here")
        with postgres() as url:
            bot = start_bot(folder, slack, FactWork(), parts=parts, database=url)
            yield slack, bot
            bot.stop()


def test_it_is_done_once_a_night_and_quietly(office: tuple[SlackServer, Bot]) -> None:
    slack, bot = office
    history = bot.store.history
    for days in (1, 1.5, 3.1, 3.2, 4.1):
        at = (NIGHT - timedelta(days=days)).timestamp()
        history.keep(replace(OLD, id=uuid.uuid4().hex, at=at))
    key = f"{NAME}\0{NIGHT.isoformat()}"
    first = bot.jobs.submit(*due(NIGHT), key=key)
    assert bot.jobs.wait(first) == "OK"
    assert history.count() == 4
    history.keep(replace(OLD, at=(NIGHT - timedelta(days=3.15)).timestamp()))
    assert bot.jobs.submit(*due(NIGHT), key=key) == first
    assert bot.jobs.wait(first) == "OK"
    assert history.count() == 5
    later = NIGHT + timedelta(hours=1)
    assert bot.jobs.wait(bot.jobs.submit(*due(later), key=f"{NAME}\0{later.isoformat()}")) == "OK"
    assert history.count() == 4
    assert (slack.called("chat.postMessage"), slack.whispers) == ([], [])
    entries = bot.store.audit.entries()
    assert [(e.what, e.by, e.outcome) for e in entries] == [(What.RECORDS_FORGOTTEN, "clock", "done")] * 2


def test_it_is_on_the_clock_in_every_bot(office: tuple[SlackServer, Bot]) -> None:
    """A bot that did not run at 03:20 makes up for it when it starts."""
    bot = office[1]
    made = clock(Settings(), bot.jobs)
    made.start()
    made.stop()
    now = datetime.now(UTC)
    slot = now.replace(hour=3, minute=20, second=0, microsecond=0)
    slot -= timedelta(days=1) if slot > now else timedelta()
    job = job_id_of(due(slot)[0], f"{NAME}\0{slot.isoformat()}")
    assert [found.workflow_id for found in DBOS.list_workflows(workflow_ids=[job])] == [job]
    assert bot.jobs.wait(job) in ("OK", "NOTHING")
    assert nightly().get_next_fire_time(None, NIGHT - timedelta(hours=1)) == NIGHT


@pytest.mark.parametrize("token", ["short", "with a space in the middle", "tokén-0123456789abcdef"])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused(
    office: tuple[SlackServer, Bot], token: str
) -> None:
    store = office[1].store
    with pytest.raises(SettingsError, match="push_token") as error:
        figures(Settings.model_validate({"history": {"push_token": token}}), store)
    assert token not in str(error.value)
    assert figures(Settings(), store) is None
    assert figures(Settings.model_validate({"history": {"push_token": ""}}), store) is None


def test_jobs_that_ended_long_ago_are_forgotten(office: tuple[SlackServer, Bot]) -> None:
    _, bot = office
    night = NIGHT + timedelta(days=400)
    first = bot.jobs.submit(*due(NIGHT), key="ended long before")
    bot.jobs.wait(first)
    assert DBOS.list_workflows(workflow_ids=[first])
    later = bot.jobs.submit(*due(night), key=f"{NAME}\0{night.isoformat()}")
    assert bot.jobs.wait(later) == "OK"
    assert not DBOS.list_workflows(workflow_ids=[first])
    assert DBOS.list_workflows(workflow_ids=[later])[0].status == "SUCCESS"
