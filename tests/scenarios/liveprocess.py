"""The bot as a process of its own with a played cluster, to be killed during a live run."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from bot.check import Progress
from bot.errors import ClusterError, PlanChanged
from bot.jobs.engine import JobsConfig
from bot.jobs.live import LiveConfig
from bot.localslack.world import BOT_TOKEN
from bot.store.answers import Store
from bot.store.live import StoredRun
from handlers.desk import Desk
from handlers.serve import SlackConfig, build_jobs, build_slack_app, http_server, run_until_signal
from tests.scenarios.botprocess import Bomb
from tests.scenarios.conftest import ACCESS, SECRET
from tests.scenarios.factwork import FactWork
from tests.scenarios.livework import PlayedWork


class FragileStore(Store):
    """A store whose process may die between the run and what is told of it."""

    bomb: Bomb

    def keep_run(self, run: StoredRun) -> None:
        self.bomb.at("keep")
        super().keep_run(run)

    def intend(self, job_id: str, key: str) -> tuple[bool, str | None]:
        if key.startswith("file-"):
            self.bomb.at("file")
        return super().intend(job_id, key)


def main(port: Connection, folder: Path, slack_url: str, where: str) -> None:
    """Send the port it listens on, then serve until SIGTERM.

    `where` names the moment at which the first process kills itself: `run` and `run, undone` inside the
    run (something is left to put back, or a guard was quicker), `keep` after it, `file` before an upload.
    """
    bomb = Bomb(folder, where.partition(",")[0])
    store = FragileStore(f"sqlite:///{folder}/store.sqlite")
    store.bomb = bomb
    cluster = PlayedWork(folder / "runs")

    def begun(run_id: str, tell: Progress) -> None:
        known = folder / "ran"
        again = known.exists() and run_id in known.read_text()
        with known.open("a") as log:
            log.write(f"{run_id}\n")
        if again and "undone" in where:
            raise PlanChanged("deployment/datastorage is no longer as it was; nothing was stopped.")
        if again:
            raise ClusterError("The run of datastorage was interrupted; everything is put back: 1 replica.")
        tell("stopping")
        bomb.at("run")

    cluster.before_run = begun
    config = SlackConfig(BOT_TOKEN, SECRET, None, slack_url)
    made = JobsConfig(f"sqlite:///{folder}/jobs.sqlite", poll=0.05, retry=0.1)
    live = LiveConfig(cluster, folder / "runs")
    jobs = build_jobs(made, slack=config, work=FactWork(), store=store, live=live)
    jobs.start()
    app = build_slack_app(config, desk=Desk(jobs, ACCESS, store))
    server = http_server(app, config, jobs=jobs, host="127.0.0.1", port=0)
    port.send(server.port)
    run_until_signal(server, jobs, grace=5.0)
