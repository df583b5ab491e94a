"""Events towards the bot, sent again when it does not take them, as Slack does.

docs.slack.dev, "Events API", "Errors and retries": an event not acknowledged with a 2xx within 3 seconds is
sent up to three times more (nearly at once, after 1 minute, after 5 minutes), with `X-Slack-Retry-Num` and
`X-Slack-Retry-Reason`, unless the answer says `X-Slack-No-Retry: 1`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from bot.localslack.lines import Ack, Line, attempt
from bot.localslack.payloads import event
from bot.localslack.world import Json

DELAYS = (0.0, 60.0, 300.0)
"""Seconds before each further try."""
_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


class Delivery:
    """Sends events from threads of its own; `stop` forgets those that wait for another try."""

    def __init__(self, line: Line, delays: Sequence[float] = DELAYS, threads: int = 4) -> None:
        self._line = line
        self._delays = tuple(delays)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="slack-events")
        self._timers: set[threading.Timer] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def send(self, inner: Json) -> Future[Ack] | None:
        """Send an event; the future is the answer to the first try. None after `stop`."""
        with self._lock:
            return None if self._stopped else self._pool.submit(self._try, event(inner), 0, "")

    def stop(self) -> None:
        """Send nothing more."""
        with self._lock:
            self._stopped = True
            for timer in self._timers:
                timer.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _try(self, payload: Json, number: int, reason: str) -> Ack:
        headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
        ack = attempt(lambda: self._line.event(payload, headers))
        if ack.failure and not ack.final and number < len(self._delays):
            why = _REASONS.get(ack.failure, "http_error")
            self._later(self._delays[number], payload, number + 1, why)
        return ack

    def _later(self, seconds: float, payload: Json, number: int, reason: str) -> None:
        def again() -> None:
            with self._lock:
                self._timers.discard(timer)
                if not self._stopped:
                    self._pool.submit(self._try, payload, number, reason)

        timer = threading.Timer(seconds, again)
        timer.daemon = True
        with self._lock:
            if not self._stopped:
                self._timers.add(timer)
                timer.start()
