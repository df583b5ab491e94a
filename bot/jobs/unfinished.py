"""Jobs of this process that nobody carries out any more, though it lives: they are put back into the queue.

It happens when the queue's own notes cannot be written (a full disk): the job's thread ends, and its row says
that it is under way. A job is taken for left when two looks in a row find no thread of ours that has it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from dbos import DBOS

LOG = logging.getLogger("covcheck.jobs")

_MOST = 1_000


class Unfinished:
    """Knows which jobs have a thread; looks for those without one every so many seconds."""

    def __init__(self, executor: str, queue: str, seconds: float, healthy: Callable[[], bool]) -> None:
        self._executor = executor
        self._queue = queue
        self._seconds = seconds
        self._healthy = healthy
        self._lock = threading.Lock()
        self._carried: set[str] = set()
        self._seen: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="unfinished", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def begun(self, job_id: str) -> None:
        """A thread has this job."""
        with self._lock:
            self._carried.add(job_id)

    def over(self, job_id: str) -> None:
        """It has it no more."""
        with self._lock:
            self._carried.discard(job_id)

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                if self._healthy():
                    self._look()
            except Exception as error:
                LOG.warning("jobs that were left are looked for again: %s", type(error).__name__)

    def _look(self) -> None:
        found = DBOS.list_workflows(
            status="PENDING", executor_id=self._executor, limit=_MOST, load_input=False, load_output=False
        )
        with self._lock:
            alone = {job.workflow_id for job in found} - self._carried
        left, self._seen = sorted(alone & self._seen), alone
        if left and not self._ended.is_set():
            LOG.warning("%d jobs that were left are gone on with", len(left))
            DBOS.resume_workflows(left, queue_name=self._queue)
            self._seen = set()
