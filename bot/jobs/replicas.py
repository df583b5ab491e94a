"""Jobs of a process that died are gone on with by another one, where several share a Postgres.

DBOS keeps with each job under way which process has it, and gives the jobs of a dead one back to the queue
when it is told so. Each process therefore counts beats in the store; one whose number has not risen for a
while, by the watcher's own clock, is taken for dead. Of several watchers only one gets each job.
"""

from __future__ import annotations

import logging
import threading
import time

from dbos import DBOS

from bot.errors import StoreError
from bot.store.replicas import Replicas

LOG = logging.getLogger("covcheck.jobs")

_MOST = 1_000


class Watch:
    """Beats for this process, and watches over the others. Times in seconds."""

    def __init__(self, replicas: Replicas, executor: str, *, beat: float = 5.0, dead: float = 30.0) -> None:
        self._replicas = replicas
        self._executor = executor
        self._beat = beat
        self._dead = dead
        self._number = 0
        self._seen: dict[str, tuple[int, float]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replicas", daemon=True)

    def begin(self) -> None:
        """The first beat: before this process takes a job. Raises StoreError."""
        self._number += 1
        self._replicas.beat(self._executor, self._number)

    def start(self) -> None:
        """Go on beating, and look after the others."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def leave(self) -> None:
        """What this process has not finished may be taken by the others now."""
        try:
            self._replicas.forget(self._executor)
        except StoreError as error:
            LOG.warning("the other processes could not be told of the end: %s", error)

    def _run(self) -> None:
        while True:
            try:
                self._take_over()
            except Exception as error:
                LOG.warning("jobs of dead processes are looked for again: %s", error)
            if self._ended.wait(self._beat):
                return
            try:
                self.begin()
            except StoreError as error:
                LOG.warning("this process could not say that it lives: %s", error)

    def _take_over(self) -> None:
        """Give the jobs of the dead back to the queue."""
        beats = self._replicas.beats()
        for executor in self._others():
            if executor in beats and not self._silent(executor, beats[executor]):
                continue
            given = DBOS._recover_pending_workflows([executor])  # public only over DBOS's HTTP interface
            LOG.warning("process %s has died: %d of its jobs are gone on with", executor, len(given))
            self._replicas.forget(executor)

    def _others(self) -> set[str]:
        """The other processes that have jobs under way."""
        found = DBOS.list_workflows(status="PENDING", limit=_MOST, load_input=False, load_output=False)
        return {job.executor_id for job in found if job.executor_id} - {self._executor}

    def _silent(self, executor: str, beat: int) -> bool:
        now = time.monotonic()
        number, since = self._seen.get(executor, (-1, now))
        if number != beat:
            self._seen[executor] = beat, now
            return False
        return now - since > self._dead
