"""The bot as a process of its own, to take the disk or the database away from."""

from __future__ import annotations

import logging
import time
from multiprocessing.connection import Connection
from pathlib import Path

from bot.check import Progress
from bot.jobs.engine import JobsConfig
from bot.localslack.world import BOT_TOKEN
from bot.store.answers import Store
from handlers.desk import Desk
from handlers.serve import SlackConfig, build_jobs, build_slack_app, http_server, run_until_signal
from tests.scenarios.conftest import ACCESS, SECRET
from tests.scenarios.factwork import FactWork


def main(port: Connection, folder: Path, slack_url: str, database: str) -> None:
    """Send the port it listens on, then serve until SIGTERM. Work begins by making the file `begun`, and goes
    on when there is a file `go`."""
    logging.basicConfig(filename=folder / "log", level=logging.WARNING)
    store = Store(database or f"sqlite:///{folder}/store.sqlite")
    work = FactWork()

    def begun(_: str, __: Progress) -> None:
        (folder / "begun").touch()
        while not (folder / "go").exists():
            time.sleep(0.02)

    work.before = begun
    config = SlackConfig(BOT_TOKEN, SECRET, None, slack_url)
    url = database or f"sqlite:///{folder}/jobs.sqlite"
    jobs = build_jobs(JobsConfig(url, poll=0.05, retry=0.1, hold=0.2), slack=config, work=work, store=store)
    jobs.start()
    app = build_slack_app(config, desk=Desk(jobs, ACCESS, store))
    server = http_server(app, config, jobs=jobs, host="127.0.0.1", port=0)
    port.send(server.port)
    run_until_signal(server, jobs, grace=2.0)
