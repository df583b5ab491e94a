"""Follow the log of one container to its end, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from bot.cluster.client import Cluster
from bot.cluster.golog import GoLog
from bot.errors import ClusterError, ClusterUnavailable

REOPENED = 5
"""How often a broken stream is opened again."""
PAUSE = 0.5


class PodLog:
    """The log of a container as it comes. `ended_at` (monotonic) is set when the log came to its own end.

    The kubelet notices up to a second late that the container is gone (tried with 1.34): an end is never too
    early. `error` says why the log could not be read to its end. `at_end` runs in the thread after either.
    """

    def __init__(
        self,
        cluster: Cluster,
        namespace: str,
        pod: str,
        container: str,
        *,
        seconds: float,
        at_end: Callable[[], None],
    ) -> None:
        self.log = GoLog()
        self.ended_at: float | None = None
        self.error: ClusterError | None = None
        self.finished = threading.Event()
        self._opened = threading.Event()
        self._last_line = time.monotonic()
        self._last_stamp = b""
        self._source = (cluster, namespace, pod, container)
        self._seconds = seconds
        self._at_end = at_end
        threading.Thread(target=self._run, name=f"log {pod}", daemon=True).start()

    def settle(self, until: float, quiet: float = 0.2) -> None:
        """Wait until the lines written so far have come, at most until a monotonic time."""
        self._opened.wait(max(0.0, until - time.monotonic()))
        while (now := time.monotonic()) < min(until, self._last_line + quiet):
            time.sleep(min(until, self._last_line + quiet) - now)

    def _run(self) -> None:
        try:
            self._follow()
        finally:
            self._opened.set()
            self.finished.set()
            self._at_end()

    def _follow(self) -> None:
        for _ in range(REOPENED):
            try:
                self._read()
                self.ended_at, self.error = time.monotonic(), None
                return
            except ClusterUnavailable as error:
                self.error = error
                time.sleep(PAUSE)
            except ClusterError as error:
                self.error = error
                return

    def _read(self) -> None:
        cluster, *place = self._source
        lines = cluster.logs(
            *place, follow=True, timestamps=True, seconds=self._seconds, opened=self._opened.set
        )
        for raw in lines:
            stamp, _, text = raw.partition(b" ")
            stamp = _comparable(stamp)
            if stamp <= self._last_stamp:
                continue  # read before the stream broke
            self._last_line, self._last_stamp = time.monotonic(), stamp
            self.log.add(text, self._last_line)


def _comparable(stamp: bytes) -> bytes:
    """RFC 3339 with nine digits of a second: the API drops zeros at the end."""
    whole, _, fraction = stamp.rstrip(b"Z").partition(b".")
    return whole + b"." + fraction.ljust(9, b"0")
