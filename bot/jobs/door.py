"""Where orders come in: on disk before Slack is answered, or refused within Slack's three seconds.

DBOS itself waits for a database that is away, however long that takes. Whoever asked must be told sooner, so
orders are handed in by a client that does not wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from dbos import DBOSClient

from bot.errors import StoreError
from bot.store.database import NO_CONNECTION, away
from bot.store.engine import in_haste

LOG = logging.getLogger("covcheck.jobs")

WORKFLOW, APPLICATION = "covcheck_job", "covcheck"
_TOLD_SECONDS = 60.0


class Door:
    """Hands orders in to one queue; threads share it."""

    def __init__(self, url: str, queue: str, version: str) -> None:
        self._url = in_haste(url)
        self._options: dict[str, Any] = {
            "queue_name": queue,
            "workflow_name": WORKFLOW,
            "app_version": version,
        }
        self._client: DBOSClient | None = None
        self._lock = threading.Lock()
        self._refused = ("", 0.0)

    def hand_in(self, job_id: str, values: Mapping[str, Any]) -> None:
        """Put an order on disk; one whose id is there already changes nothing. Raises StoreError."""
        try:
            self._opened().enqueue({**self._options, "workflow_id": job_id}, dict(values))  # type: ignore[typeddict-item]
        except Exception as error:
            why = away(error) or type(error).__name__
            LOG.error("job %s could not be stored: %s", job_id, why, exc_info=not away(error))
            if why != NO_CONNECTION:  # that shows in the store's health, as long as it lasts
                self._refused = f"A request could not be stored: {why}.", time.monotonic()
            raise StoreError(
                f"Request {job_id[:8]} could not be stored: {why}.",
                hint="Nothing was begun. Ask again in a minute.",
            ) from error
        self._refused = ("", 0.0)

    @property
    def refused(self) -> str:
        """Why the last order was refused, for a minute; empty after one that was taken."""
        said, at = self._refused
        return said if said and time.monotonic() - at < _TOLD_SECONDS else ""

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
                self._client = None

    def _opened(self) -> DBOSClient:
        with self._lock:
            if self._client is None:
                self._client = DBOSClient(
                    system_database_url=self._url,
                    application_name=APPLICATION,
                    lazy=True,
                    retry_connection_errors=False,
                )
            return self._client
