"""Captures on Postgres: saved by one bot, confirmed with another one's buttons, found by a third library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.jobs.captures import CaptureConfig
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import BOT_TOKEN
from bot.render.slack_capture import CONFIRM
from bot.repo.local import open_local
from handlers.captures import SHORTCUT
from handlers.threads import SlackThreads
from knowledge.sync import SyncedBase, others
from tests.scenarios.conftest import ACCESS, SECRET, Bot, start_bot
from tests.scenarios.factwork import FactWork
from tests.scenarios.test_capture import GOOD, becomes, modal, review
from tests.slack.server import SlackServer


def test_saved_restarted_confirmed_found(tmp_path: Path, postgres_url: str) -> None:
    bases: list[SyncedBase] = []
    access = replace(ACCESS, reviewers=("U1",))

    def begin(slack: SlackServer) -> Bot:
        threads = SlackThreads(BOT_TOKEN, base_url=slack.base_url)
        taken = lambda: [id for base in bases for id in others(base.library)]  # noqa: E731
        part = CaptureConfig(threads, lambda _, ref: open_local(tmp_path, ref), taken).part()
        bot = start_bot(tmp_path, slack, FactWork(), access, database=postgres_url, parts=(part,))
        bases.append(SyncedBase(tmp_path / f"kb-{len(bases)}", bot.store.captures))
        return bot

    with SlackServer() as slack:
        first = begin(slack)
        client = SlackClient(slack, HttpLine(first.server.port, SECRET))
        said = slack.say("C1", "Why is it empty?")
        client.shortcut(said, SHORTCUT)
        client.submit(modal(slack)["id"], **{**GOOD, "title": "path mismatch", "cause": "A zebra."})
        message = review(slack, said["ts"])
        assert "Article path-mismatch-2: a draft" in becomes(slack, message, "Article"), (
            "a shipped one has it"
        )
        first.stop()
        second = begin(slack)
        SlackClient(slack, HttpLine(second.server.port, SECRET)).press(message, CONFIRM)
        becomes(slack, message, "confirmed by @U1")
        hit = bases[1].engine().search("zebra", limit=1)[0]
        assert (hit.id, hit.status) == ("path-mismatch-2", "confirmed")
        assert bases[1].library.read("path-mismatch").provenance.startswith("shipped")
        second.stop()
        assert slack.violations == []
