"""The bot as `covcheck serve` builds it, reading the example repo: nothing is replaced but the hosts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from bot.bootstrap import access, home_part, question_parts, request_part, snapshot_opener
from bot.example import example_repo
from bot.jobs.work import RepoWork
from bot.localslack.client import HttpLine, SlackClient
from bot.localslack.world import APP_TOKEN, BOT_TOKEN
from bot.settings import load_settings
from bot.store.answers import Store
from handlers.serve import SlackConfig
from knowledge.base import KnowledgeBase
from tests.github_server import ANY, GitHubServer
from tests.scenarios.conftest import SECRET, start_bot
from tests.slack.server import SlackServer

NAME = "acme/platform"
TOKEN = "local-token"


@dataclass(frozen=True)
class Real:
    """A person who talks to the bot, the repo as a git checkout, and its web address (None: no such)."""

    client: SlackClient
    slack: SlackServer
    repo: Path
    web_url: str | None
    hub: GitHubServer


@contextmanager
def real_bot(
    folder: Path,
    *,
    github: bool,
    database: str = "",
    store: type[Store] = Store,
    git: Path | None = None,
    **environ: str,
) -> Iterator[Real]:
    """A bot on the example (or on the git directory `git`): over GitHub's API as a private repo, or as a
    directory of this machine."""
    repo = example_repo(folder / "state")
    with (
        GitHubServer({NAME: git or repo / ".git"}, tokens={TOKEN: ANY}, private=[NAME]) as hub,
        SlackServer() as slack,
        mock.patch.dict(os.environ, {"COVCHECK_HOME": str(folder / "home")}),
    ):
        settings = load_settings(
            None,
            {
                "COVCHECK_GITHUB__API_URL": hub.api_url,
                "COVCHECK_REPOS__DEFAULT": NAME if github else str(repo),
                "GITHUB_TOKEN": TOKEN,
                **environ,
            },
        )
        opener = snapshot_opener(settings, local=False)
        config = SlackConfig(BOT_TOKEN, SECRET, APP_TOKEN, slack.base_url)
        base = KnowledgeBase(folder / "kb")
        may = access(settings)
        parts = (
            request_part(settings, opener, config),
            *question_parts(settings, opener, base),
            home_part(may, config, live=False),
        )
        bot = start_bot(folder, slack, RepoWork(opener), may, database=database, parts=parts, store=store)
        try:
            client = SlackClient(slack, HttpLine(bot.server.port, SECRET))
            yield Real(client, slack, repo, f"{hub.url}/{NAME}" if github else None, hub)
        finally:
            bot.stop()
            opener.close()
