"""Durable jobs: an order is on disk before Slack is answered, and is finished exactly once.

DBOS keeps the queue and every finished step in SQLite (one process) or Postgres (several). A process
that dies leaves its jobs behind; the next one with the same `executor`, or where several share them any
other, goes on at the first step that was not finished.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy import make_url

from bot.errors import StoreError
from bot.jobs import orders
from bot.jobs.answering import Answering
from bot.jobs.door import APPLICATION, WORKFLOW, Door
from bot.jobs.hold import Hold
from bot.jobs.live import LiveConfig
from bot.jobs.messenger import Messenger
from bot.jobs.orders import Order, Place
from bot.jobs.parts import PartOf
from bot.jobs.replicas import Watch
from bot.jobs.steps import Steps
from bot.jobs.unfinished import Unfinished
from bot.jobs.work import Work
from bot.store.answers import Store
from bot.store.engine import driver_url

LOG = logging.getLogger("covcheck.jobs")

QUEUE = "covcheck"
STEPS_VERSION = "covcheck-2"
"""Raise when the steps of a job change: jobs begun by other steps are then not gone on with."""


@dataclass(frozen=True, slots=True)
class JobsConfig:
    """How jobs are run.

    `url` is a SQLAlchemy address. `executor` names this process; where it is alone that must stay the same
    over its restarts. `shared`: several processes take jobs from one Postgres, each with a name of its own;
    the jobs of one that did not beat for `dead` seconds are gone on with by another. `checks` bounds how many
    repos are read at once, `parallel` how many jobs are under way (most of them wait). Times in seconds.
    """

    url: str
    executor: str = "local"
    checks: int = 2
    parallel: int = 32
    poll: float = 0.1
    retry: float = 1.0
    attempts: int = 6
    hold: float = 5.0
    shared: bool = False
    beat: float = 5.0
    dead: float = 30.0


class Jobs:
    """The queue of one process. There can be only one at a time: DBOS is global."""

    def __init__(
        self,
        config: JobsConfig,
        work: Work,
        messenger: Messenger,
        store: Store,
        live: LiveConfig | None = None,
        parts: Sequence[PartOf] = (),
    ) -> None:
        self._config = config
        self._hold = Hold(config.hold)
        steps = Steps(config.retry, config.attempts, self._hold)
        self._answering = Answering(work, messenger, store, steps, config.checks, live, parts)
        self._store = store
        self._watch = Watch(store.replicas, config.executor, beat=config.beat, dead=config.dead)
        self._unfinished = Unfinished(config.executor, QUEUE, config.hold, store.healthy)
        self._door = Door(driver_url(config.url), QUEUE, STEPS_VERSION)
        self._running = False

    def start(self) -> None:
        """Open the queue; jobs that a dead process left are gone on with. Raises StoreError."""
        try:
            if self._config.shared:
                self._watch.begin()
            DBOS(config=self._dbos_config())
            self._workflow = DBOS.workflow(name=WORKFLOW)(self._make_workflow())
            DBOS.launch()
            DBOS.register_queue(
                QUEUE, worker_concurrency=self._config.parallel, polling_interval_sec=self._config.poll
            )
        except Exception as error:
            DBOS.destroy(destroy_registry=True)
            raise StoreError(
                f"The job queue cannot be opened: {type(error).__name__}.",
                hint="Check DATABASE_URL, or that the state folder can be written.",
            ) from error
        self._running = True
        self._unfinished.start()
        if self._config.shared:
            self._watch.start()

    def submit(self, order: Order, place: Place, *, key: str) -> str:
        """Put an order on disk and give the job's id; the same `key` again is the same job.

        Returns after the commit, so Slack may be answered; a database that is away is told within seconds.
        Raises StoreError, which names the request.
        """
        job_id = job_id_of(order, key)
        if not self._running:
            raise StoreError("covcheck is shutting down.", hint="Ask again in a minute.")
        self._door.hand_in(job_id, orders.encode(order, place))
        return job_id

    def wait(self, job_id: str) -> str:
        """Wait for a job's end and give its status (for a terminal and for tests)."""
        return str(DBOS.retrieve_workflow(job_id).get_result())

    def healthy(self) -> bool:
        """Whether jobs are taken and carried out."""
        return not self.trouble()

    def trouble(self) -> str:
        """Why jobs are not taken or not carried out now, in a sentence; empty when all is well."""
        if not self._running:
            return "covcheck is not running."
        found = self._hold.reason or self._door.refused
        return found or ("" if self._store.healthy() else "The store does not answer.")

    def close(self, grace: float = 20.0) -> bool:
        """Take no more jobs and wait up to `grace` seconds for those under way.

        Gives whether all of them ended; the others are gone on with after the next start.
        """
        if not self._running:
            return True
        self._running = False
        self._unfinished.stop()
        ended = self._drained(grace)
        self._watch.stop()
        self._hold.end()
        self._door.close()
        DBOS.destroy(destroy_registry=True)
        if self._config.shared:
            self._watch.leave()
        return ended

    def _drained(self, grace: float) -> bool:
        """Whether every job ended in time; jobs that wait for the store or for a token are not waited for."""
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and not self._hold.reason and self._store.healthy():
            if not self._pending():
                return True
            time.sleep(0.05)
        return self._store.healthy() and not self._pending()

    def _pending(self) -> bool:
        mine = DBOS.list_workflows(status="PENDING", executor_id=self._config.executor, limit=1)
        return bool(mine)

    def _make_workflow(self) -> Any:
        answering = self._answering

        def covcheck_job(values: Mapping[str, Any]) -> str:
            job_id = DBOS.workflow_id or ""
            order, place = orders.decode(values)
            self._unfinished.begun(job_id)
            try:
                status = answering.carry_out(job_id, order, place)
            finally:
                self._unfinished.over(job_id)
            for number, following in enumerate(answering.after(job_id, order, place, status)):
                with SetWorkflowID(job_id_of(order, f"{job_id}\0{number}")):
                    DBOS.enqueue_workflow(QUEUE, self._workflow, following)
            return status

        return covcheck_job

    def _dbos_config(self) -> DBOSConfig:
        url = driver_url(self._config.url)
        _use_wal(url)
        return DBOSConfig(
            name=APPLICATION,
            system_database_url=url,
            application_version=STEPS_VERSION,
            executor_id=self._config.executor,
            log_level="WARNING",
        )


def job_id_of(order: Order, key: str) -> str:
    """The id of the job for an order asked under a key: the same every time."""
    return hashlib.sha256(f"{orders.kind_of(order)}\0{key}".encode()).hexdigest()[:32]


def _use_wal(url: str) -> None:
    """Switch a SQLite file to WAL, which it remembers: readers then never block the ack path."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(parsed.database)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
