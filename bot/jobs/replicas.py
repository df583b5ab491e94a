"""Jobs of a process that died are gone on with by another one, where several share a Postgres.

DBOS keeps with each job under way which process has it, and gives the jobs of a dead one back to the queue
when it is told so. Each process therefore counts beats in the store; one whose number has not risen for a
while, by the watcher's own clock, is taken for dead. Of several watchers only one gets each job.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from dbos import DBOS

from bot.errors import StoreError
from bot.store.replicas import Replicas

LOG = logging.getLogger("covcheck.jobs")

_MOST = 1_000


class Watch:
    """Beats for this process, and watches over the others. Times in seconds; `clock` tells them."""

    def __init__(
        self,
        replicas: Replicas,
        executor: str,
        *,
        beat: float = 5.0,
        dead: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._replicas = replicas
        self._executor = executor
        self._beat = beat
        self._dead = dead
        self._number = 0
        self._clock = clock
        self._seen: dict[str, tuple[int, float]] = {}
        self._looked = clock()
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

    def look(self) -> None:
        """Give the jobs of the dead back to the queue. Raises what the database raises."""
        now = self._clock()
        if now - self._looked > self._dead / 2:
            self._seen.clear()  # nobody could beat: the database was away, or this machine stood still
        beats = self._replicas.beats()
        self._seen = {name: seen for name, seen in self._seen.items() if name in beats}
        for executor in self._others():
            if executor in beats and not self._silent(executor, beats[executor], now):
                continue
            given = self._give_back(executor)
            LOG.warning("process %s has died: %d of its jobs are gone on with", executor, given)
            self._replicas.forget(executor)
        self._looked = self._clock()

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception as error:
                LOG.info("jobs of dead processes are looked for again: %s", type(error).__name__)
            if self._ended.wait(self._beat):
                return
            try:
                self.begin()
            except StoreError as error:
                LOG.warning("this process could not say that it lives: %s", error)

    def _others(self) -> set[str]:
        """The other processes that have jobs under way."""
        found = DBOS.list_workflows(status="PENDING", limit=_MOST, load_input=False, load_output=False)
        return {job.executor_id for job in found if job.executor_id} - {self._executor}

    def _give_back(self, executor: str) -> int:
        """How many jobs of a dead process were given back; DBOS offers this in public over HTTP only."""
        return len(DBOS._recover_pending_workflows([executor]))

    def _silent(self, executor: str, beat: int, now: float) -> bool:
        number, since = self._seen.get(executor, (-1, now))
        if number != beat:
            self._seen[executor] = beat, now
            return False
        return now - since > self._dead
