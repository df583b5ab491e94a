"""The monthly reminder: through the real jobs to a local Slack, once a month, and quiet when all is true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.jobs.clock import Clock
from bot.jobs.engine import job_id_of
from bot.jobs.orders import Place
from bot.jobs.reminders import GRACE, NAME, Remind, RemindersConfig, first_of_month, monthly
from bot.repo import open_repo
from bot.repo.base import Snapshot
from knowledge.library import Library
from knowledge.staleness import Look, look_everywhere, mark
from tests.git_repo import GitRepo
from tests.scenarios.conftest import ACCESS, Bot, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.watch import read
from tests.slack.server import SlackServer

CHANNEL = "C0REMIND1"
ARTICLE = """---
id: {id}
title: {title}
status: confirmed
evidence:
  - {{repo: {repo}, path: kind.yaml, sha: {sha}, url: "https://example.org/{id}"}}
owner: "{owner}"
---
Text.
"""


@dataclass
class Office:
    """A Slack, a bot in it, and a knowledge base whose articles cite a real repo."""

    slack: SlackServer
    bot: Bot
    library: Library
    repo: GitRepo
    opened: list[str] = field(default_factory=list)

    def article(self, id: str, owner: str, repo: str = "acme/shop", title: str = "A title") -> None:
        sha = self.repo.git("rev-parse", "main:kind.yaml")
        text = ARTICLE.format(id=id, title=title, repo=repo, sha=sha, owner=owner)
        self.library.put(text.encode(), f"{id}.md")

    def open(self, name: str) -> Snapshot:
        self.opened.append(ACCESS.repo("C1", name))
        return open_repo(str(self.repo.path))

    def remind(self, month: str = "2026-12") -> str:
        return self.bot.jobs.wait(self.bot.jobs.submit(Remind(month), Place(CHANNEL), key=f"stale {month}"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    repo = GitRepo(tmp_path / "shop.git")
    repo.commit({"kind.yaml": "kind: Cluster\n"})
    library = Library(tmp_path / "kb")
    made: list[Office] = []

    def look() -> Look:
        found = look_everywhere(library, made[0].open, "acme/shop", ())
        mark(library, found.report)
        return found

    config = RemindersConfig(look, {"@platform": "U0PLATFORM"})
    with SlackServer() as slack:
        slack.channel(CHANNEL)
        bot = start_bot(tmp_path, slack, FactWork(), ACCESS, parts=(config.part(),))
        made.append(Office(slack, bot, library, repo))
        try:
            yield made[0]
        finally:
            bot.stop()
    assert slack.violations == []


def test_nothing_is_said_when_everything_is_true(office: Office) -> None:
    office.article("one", "@platform")
    assert office.remind() == "NOTHING"
    assert office.slack.by_bot(CHANNEL) == []


def test_owners_are_asked_once_a_month_with_what_changed(office: Office) -> None:
    office.article("one", "@platform")
    office.article("two", "", repo='""')
    office.article("three", "<!channel> @here", title="It is <@U1>'s <http://x|fault>")
    office.repo.commit({"kind.yaml": "kind: Cluster # changed\n"})
    assert office.remind() == office.remind() == "OK"
    (message,) = office.slack.by_bot(CHANNEL)
    shown = read(message)
    assert "Knowledge base, December 2026: 3 articles may no longer be true." in shown
    assert "kind.yaml was " in shown
    assert "Without an owner. Who knows whether this is true?" in shown
    assert "covcheck kb confirm ID --repo REPO" in shown
    blocks = json.dumps(message["blocks"])
    assert blocks.count('"type": "user"') == 1
    assert '"user_id": "U0PLATFORM"' in blocks
    assert '"type": "broadcast"' not in blocks
    assert "&lt;!channel&gt;" in message["text"] or "<!channel>" not in message["text"]
    assert office.library.read("one").status == "stale"
    assert office.library.read("one").stale_because.startswith("kind.yaml was ")


def test_next_month_is_another_reminder_while_nobody_answered(office: Office) -> None:
    office.article("one", "@platform")
    office.repo.commit({"kind.yaml": "changed\n"})
    office.remind("2026-12")
    office.remind("2027-01")
    assert len(office.slack.by_bot(CHANNEL)) == 2
    office.library.mark_confirmed("one", {})
    office.article("one", "@platform")
    assert office.remind("2027-02") == "NOTHING"


def test_a_repo_that_may_not_be_read_is_named_and_never_opened(office: Office) -> None:
    office.article("one", "@platform")
    office.article("far", "@platform", repo="evil/elsewhere")
    office.repo.commit({"kind.yaml": "changed\n"})
    assert office.remind() == "OK"
    shown = read(office.slack.by_bot(CHANNEL)[0])
    assert "Not looked at:" in shown
    assert "evil/elsewhere: I may not read evil/elsewhere" in shown
    assert office.opened == ["acme/shop"]


def test_many_articles_go_on_in_the_thread(office: Office) -> None:
    for number in range(60):
        office.article(f"a{number:02}", f"@team{number % 12}", title="A title of some length " * 6)
    office.repo.commit({"kind.yaml": "changed\n"})
    assert office.remind() == "OK"
    first, *others = office.slack.by_bot(CHANNEL)
    assert others
    assert {message["thread_ts"] for message in others} == {first["ts"]}


def test_every_replica_hands_in_the_same_job_also_days_later() -> None:
    keys: list[str] = []

    def submit(order: Remind, place: Place, *, key: str) -> str:
        keys.append(job_id_of(order, key))
        assert (order, place) == (Remind("2026-12"), Place(CHANNEL))
        return key

    slot = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for _ in range(2):
        clock = Clock(submit)
        clock.every(NAME, first_of_month(), monthly(CHANNEL), grace=GRACE)
        clock._fire(NAME, slot)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert monthly("")(slot) is None
    trigger = first_of_month()
    assert trigger.get_next_fire_time(None, datetime(2026, 11, 23, tzinfo=UTC)) == slot
