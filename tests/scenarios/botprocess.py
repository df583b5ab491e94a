"""The bot as a process of its own, to be killed.

It is forked from a server that has imported everything already, so that it starts at once.
"""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

from bot.check import Progress
from bot.jobs.engine import JobsConfig
from bot.jobs.modes import Modes
from bot.localslack.world import BOT_TOKEN
from bot.store.answers import Store
from bot.store.audit import AuditLog, Entry
from handlers.desk import Desk
from handlers.serve import SlackConfig, build_jobs, build_slack_app, http_server, run_until_signal
from tests.scenarios.conftest import ACCESS, SECRET
from tests.scenarios.factwork import FactWork


class Bomb:
    """Kills the process at its moment, once: a file in the folder says that it went off."""

    def __init__(self, folder: Path, where: str) -> None:
        self._marker = folder / "went-off"
        self._where = where

    def at(self, where: str) -> None:
        if where == self._where and not self._marker.exists():
            self._marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)


class FragileStore(Store):
    """A store whose process may die between Slack's reply and the note of it."""

    bomb: Bomb

    def posted(self, job_id: str, key: str, ts: str) -> None:
        self.bomb.at("posted")
        super().posted(job_id, key, ts)


class FragileAudit(AuditLog):
    """A log whose process may die after an entry was put in and before that is known."""

    def __init__(self, log: AuditLog, bomb: Bomb) -> None:
        super().__init__(log._database)
        self._bomb = bomb

    def add(self, entry: Entry) -> bool:
        new = super().add(entry)
        self._bomb.at("audit")
        return new


def main(port: Connection, folder: Path, slack_url: str, where: str, grace: float) -> None:
    """Send the port it listens on, then serve until SIGTERM.

    `where` names the moment at which the first process kills itself: `work` inside the work step,
    `posted` right after Slack took a message and before that is known, `audit` likewise after an entry of
    the audit log was put in; `sleep` never ends its work,
    `slow` takes a second for it.
    """
    bomb = Bomb(folder, where)
    store = FragileStore(f"sqlite:///{folder}/store.sqlite")
    store.bomb = bomb
    store.audit = FragileAudit(store.audit, bomb)
    work = FactWork()

    def begun(service: str, _: Progress) -> None:
        with (folder / "checked").open("a") as log:
            log.write(f"{service}\n")
        bomb.at("work")
        if where == "sleep" and not (folder / "second").exists():
            time.sleep(600)
        if where == "slow":
            time.sleep(1)

    work.before = begun
    config = SlackConfig(BOT_TOKEN, SECRET, None, slack_url)
    made = JobsConfig(f"sqlite:///{folder}/jobs.sqlite", poll=0.05, retry=0.1)
    jobs = build_jobs(made, slack=config, work=work, store=store, parts=(Modes().part(),))
    jobs.start()
    app = build_slack_app(config, desk=Desk(jobs, ACCESS, store))
    server = http_server(app, config, jobs=jobs, host="127.0.0.1", port=0)
    port.send(server.port)
    run_until_signal(server, jobs, grace=grace)
