"""Once a minute: what live runs left whose time is over is put back."""

from __future__ import annotations

import logging
import secrets
import threading
import time

from bot.errors import CovcheckError
from bot.jobs.audit import entry_of, note
from bot.jobs.orders import Place
from bot.live import LiveWork
from bot.store.answers import Store
from bot.store.changes import What

LOG = logging.getLogger("covcheck.sweep")


class Sweeper:
    """A thread that sweeps at its start and then every `seconds`; what fails is logged, never raised.

    What was put back goes into the audit log of `store`, if there is one.
    """

    def __init__(
        self,
        work: LiveWork,
        seconds: float = 60.0,
        complain_after: float = 3600.0,
        store: Store | None = None,
    ) -> None:
        self._work = work
        self._store = store
        self._seconds = seconds
        self._complain_after = complain_after
        self._told: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the first sweep is at once."""
        self._thread = threading.Thread(target=self._run, name="covcheck-sweep", daemon=True)
        self._thread.start()

    def stop(self, grace: float = 5.0) -> None:
        """End after the sweep under way, or after `grace` seconds; the next start goes on with the rest."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(grace)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.sweep()
            self._stop.wait(self._seconds)

    def sweep(self) -> None:
        """Sweep once; a line in the log for each thing that was put back."""
        try:
            for line in self._work.sweep():
                LOG.warning("put back: %s", line)
                self._noted(line)
        except CovcheckError as error:
            self._complain(f"{type(error).__name__}: {error}")
        except Exception as error:
            LOG.debug("the sweep failed", exc_info=True)
            self._complain(type(error).__name__)

    def _noted(self, line: str) -> None:
        if self._store is not None:
            request = secrets.token_hex(6)
            note(self._store, entry_of(request, What.LIVE_UNDONE, Place(""), line, "put back"))

    def _complain(self, why: str) -> None:
        """Log a failure, and the same one again only after `complain_after` seconds."""
        now = time.monotonic()
        due = self._told.get(why)
        if due is None or now >= due:
            self._told = {why: now + self._complain_after}
            LOG.warning("what expired runs left cannot be put back now: %s", why)
