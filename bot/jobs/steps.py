"""Steps of a job: each is run once, its result kept, and never run again after a restart.

A crash inside a step runs that step again, so steps that touch the outside must bear it: the
Messenger posts once for a (job, key), edits and stores are the same twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from dbos import DBOS

from bot.jobs.messenger import TryAgain

T = TypeVar("T")


class Steps:
    """Runs steps durably; those that talk to Slack are tried again when that may help."""

    def __init__(self, retry_seconds: float, attempts: int) -> None:
        self._retry = {
            "retries_allowed": True,
            "interval_seconds": retry_seconds,
            "max_attempts": attempts,
            "backoff_rate": 2.0,
            "should_retry": lambda error: isinstance(error, TryAgain),
        }

    def once(self, name: str, action: Callable[[], T]) -> T:
        """Run a step whose errors are final."""
        return DBOS.run_step({"name": name}, action)

    def patiently(self, name: str, action: Callable[[], T]) -> T:
        """Run a step that is tried again on TryAgain, later each time."""
        options: Any = {"name": name, **self._retry}
        return DBOS.run_step(options, action)
