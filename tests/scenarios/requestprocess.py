"""The bot as a process of its own that answers requests about the example, to be killed on the way."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from bot.errors import RepoNotFound
from bot.jobs.engine import JobsConfig
from bot.jobs.request_source import Fetched, Source, Sources
from bot.jobs.request_work import RepoRequests
from bot.jobs.requests import requests_part
from bot.localslack.world import BOT_TOKEN
from bot.render.request_view import RequestView
from bot.repo import open_local
from bot.repo.base import Snapshot
from bot.repo.issues import Issue
from bot.store.answers import Store
from handlers.access import Access
from handlers.desk import Desk
from handlers.inbox import SlackInbox
from handlers.serve import SlackConfig, build_jobs, build_slack_app, http_server, run_until_signal
from tests.scenarios.botprocess import Bomb
from tests.scenarios.conftest import SECRET
from tests.scenarios.factwork import FactWork


class FragileStore(Store):
    """A store whose process may die right after Slack took a message or a file, or a claim was made."""

    bomb: Bomb

    def posted(self, job_id: str, key: str, ts: str) -> None:
        self.bomb.at(key)
        super().posted(job_id, key, ts)

    def claim(self, answer_id: str, what: str, job_id: str) -> bool:
        mine = super().claim(answer_id, what, job_id)
        self.bomb.at("claim")
        return mine


class FragileWork(RepoRequests):
    """Work that notes each step it does, in a process that may die right after it."""

    bomb: Bomb
    note: Path

    def fetch(self, source: Source) -> Fetched:
        done = super().fetch(source)
        self._noted("fetch")
        return done

    def answer(
        self, repo: str, ref: str | None, asked: Fetched, progress: Callable[[str], None]
    ) -> tuple[RequestView, str]:
        done = super().answer(repo, ref, asked, progress)
        self._noted("work")
        return done

    def _noted(self, step: str) -> None:
        with self.note.open("a") as log:
            log.write(f"{step}\n")
        self.bomb.at(step)


def main(port: Connection, folder: Path, repo: Path, slack_url: str, where: str) -> None:
    """Send the port it listens on, then serve until SIGTERM; the first process kills itself at `where`: a
    step (`fetch`, `work`, `claim`) or the key of a message or a file that Slack has just taken."""

    def opened(name: str, ref: str | None) -> Snapshot:
        return open_local(str(repo), ref)

    def no_issue(name: str, number: int) -> Issue:
        raise RepoNotFound("There are no issues here.")

    store = FragileStore(f"sqlite:///{folder}/store.sqlite")
    sources = Sources(SlackInbox(BOT_TOKEN, base_url=slack_url), opened, no_issue)
    work = FragileWork(sources, opened)
    store.bomb = work.bomb = Bomb(folder, where)
    work.note = folder / "steps"
    config = SlackConfig(BOT_TOKEN, SECRET, None, slack_url)
    made = JobsConfig(f"sqlite:///{folder}/jobs.sqlite", poll=0.05, retry=0.1)
    jobs = build_jobs(made, slack=config, work=FactWork(), store=store, parts=(requests_part(work),))
    jobs.start()
    app = build_slack_app(config, desk=Desk(jobs, Access(default_repo="acme/shop"), store))
    server = http_server(app, config, jobs=jobs, host="127.0.0.1", port=0)
    port.send(server.port)
    run_until_signal(server, jobs, grace=5.0)
