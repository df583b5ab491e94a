"""What a job waits out: a database that is away or full, a token that Slack refuses. No work is lost over it.

A step that fails for such a reason is taken again until it gets through; meanwhile the log says so once, and
`/healthz` says why. When the process ends first, the job stays under way, and the next start goes on with it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from bot.errors import CovcheckError, StoreUnavailable, TokenRefused
from bot.jobs.messenger import TryAgain

LOG = logging.getLogger("covcheck.jobs")

T = TypeVar("T")
WAITED_OUT = (StoreUnavailable, TokenRefused)


class Left(BaseException):
    """A job is left as it stands; no `except Exception` must take it for a failure of the job."""


class Hold:
    """Takes actions again while what they need is away. Threads share it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._waiting: dict[int, str] = {}

    @property
    def reason(self) -> str:
        """What is waited for, in a sentence; empty when nothing is."""
        with self._lock:
            return next(iter(self._waiting.values()), "")

    def until_done(self, action: Callable[[], T], over: Callable[[], bool] = lambda: False) -> T:
        """Do it, and do it again while the store or Slack's token is away, until it is `over`.

        Raises TryAgain when it is, Left when the process ends, and whatever else the action raises.
        """
        while True:
            try:
                done = action()
            except WAITED_OUT as error:
                if over():
                    self._over()
                    raise TryAgain(str(error)) from error
                self._wait(error)
            except BaseException:
                self._over()
                raise
            else:
                self._over()
                return done

    def end(self) -> None:
        """Let go of everything that waits."""
        self._ended.set()

    def _wait(self, error: CovcheckError) -> None:
        said = f"{error} {error.hint}".strip()
        with self._lock:
            new = said not in self._waiting.values()
            self._waiting[threading.get_ident()] = said
        if new:
            LOG.error("jobs wait, none is lost: %s", said)
        if self._ended.wait(self._seconds):
            self._over()
            raise Left(said)

    def _over(self) -> None:
        with self._lock:
            said = self._waiting.pop(threading.get_ident(), "")
            over = bool(said) and not self._waiting
        if over and not self._ended.is_set():
            LOG.warning("jobs go on, what they waited for is there again: %s", said)
