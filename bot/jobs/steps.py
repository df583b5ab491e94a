"""Steps of a job: each is run once, its result kept, and never run again after a restart.

A crash inside a step runs that step again, so steps that touch the outside must bear it: the
Messenger posts once for a (job, key), edits and stores are the same twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from bot.jobs.hold import Hold, Left
from bot.jobs.messenger import TryAgain

T = TypeVar("T")
PAUSES = 30
"""So many times the first wait of a step is the pause before it is begun anew."""


class Steps:
    """Runs steps durably; those that talk to Slack are tried again when that may help."""

    def __init__(self, retry_seconds: float, attempts: int, hold: Hold) -> None:
        self._hold = hold
        self._pause = retry_seconds * PAUSES
        self._retry = {
            "retries_allowed": True,
            "interval_seconds": retry_seconds,
            "max_attempts": attempts,
            "backoff_rate": 2.0,
            "should_retry": lambda error: isinstance(error, TryAgain),
        }

    def once(self, name: str, action: Callable[[], T]) -> T:
        """Run a step whose errors are final."""
        return self._step({"name": name}, action)

    def patiently(self, name: str, action: Callable[[], T]) -> T:
        """Run a step that is tried again on TryAgain, later each time."""
        return self._step({"name": name, **self._retry}, action)

    def _step(self, options: Any, action: Callable[[], T], over: Callable[[], bool] = lambda: False) -> T:
        """The step; when the queue cannot note that it was taken, the job is left to be gone on with."""
        try:
            return DBOS.run_step(options, partial(self._hold.until_done, action, over))
        except SQLAlchemyError as error:
            raise Left(f"a step could not be noted: {type(error).__name__}") from error

    def persistently(
        self, name: str, action: Callable[[], T], over: Callable[[], bool], *, pause: float = 30.0
    ) -> T:
        """Run a step as `patiently` does, again after every `pause` seconds until it is `over`; what other
        steps wait out (see `bot.jobs.hold`) is waited for until then, too.

        Raises TryAgain when it is; other errors of the step at once.
        """
        while True:
            try:
                return self._step({"name": name, **self._retry}, action, over)
            except (TryAgain, dbos_error.DBOSMaxStepRetriesExceeded) as error:
                if self.once(f"{name}-over", over):
                    raise TryAgain("Slack or the database could not be reached for too long.") from error
            DBOS.sleep(self._pause)
