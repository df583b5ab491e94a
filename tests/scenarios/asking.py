"""A bot that answers questions: the real base of shipped articles, the real store, the example repo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dbos import DBOS

from bot.example import example_repo
from bot.jobs.modes import Modes
from bot.jobs.quality import QualityJobs
from bot.jobs.questions import QuestionsConfig
from bot.jobs.work import RepoWork
from bot.localslack.client import HttpLine, SlackClient
from bot.modes import Mode
from bot.repo import open_repo
from bot.repo.base import Snapshot
from handlers.access import Access
from knowledge.base import KnowledgeBase
from tests.scenarios.conftest import SECRET, Bot, start_bot
from tests.slack.server import SlackServer

OWNERS = "C0OWNERS1"
MODES = Modes(Mode.MENTION, {"C3": Mode.OFF, "C4": Mode.SUGGEST, "C5": Mode.ANSWER})


@dataclass
class Asking:
    """A Slack with a bot in it that reads the example repo."""

    slack: SlackServer
    bot: Bot
    base: KnowledgeBase
    repo: Path

    def client(self, user: str = "U1", channel: str = "C1") -> SlackClient:
        """A person in a channel."""
        return SlackClient(self.slack, HttpLine(self.bot.server.port, SECRET), user=user, channel=channel)

    def settle(self) -> None:
        """Wait until every job has ended."""
        self.slack.wait(lambda: not DBOS.list_workflows(status=["ENQUEUED", "PENDING"], limit=1), 60.0)

    def statuses(self) -> list[str]:
        """What each finished job came to, the oldest first."""
        self.settle()
        return [str(job.output) for job in DBOS.list_workflows(load_output=True)]


@contextmanager
def asking(folder: Path, *, ask: str = OWNERS, database: str = "") -> Iterator[Asking]:
    """A running bot; the example repo is what every channel means."""
    repo = example_repo(folder)
    base = KnowledgeBase(folder / "kb")

    def opener(name: str, ref: str | None) -> Snapshot:
        return open_repo(name, ref)

    config = QuestionsConfig(base, opener, ask, MODES, {"datastorage": "U0OWNER77 @acme/ds"})
    parts = (config.part(), MODES.part(), QualityJobs)
    access = Access(default_repo=str(repo), teams=frozenset({"T1"}))
    with SlackServer() as slack:
        slack.channel(OWNERS)
        bot = start_bot(folder, slack, RepoWork(opener), access, parts=parts, modes=MODES, database=database)
        try:
            yield Asking(slack, bot, base, repo)
        finally:
            bot.stop()
