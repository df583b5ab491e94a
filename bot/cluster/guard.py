"""A small process beside a run: when the run's process dies without a word, it puts everything back.

    with Guard(kubeconfig, context, namespace, lease_name, run_id) as guard:   # before the lease is taken
        lease = take(...)
        ...
        lease.put_back()
        guard.done()

It waits for the end of its standard input, which the kernel closes when the run's process is gone, whatever
killed that. It has a session of its own, so neither Ctrl-C nor a signal to the run's group reaches it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Self

SETTLE = 1.0
"""Seconds between the run's death and the undo: a request that was on its way must have arrived."""
PAUSES = (1.0, 2.0, 4.0, 8.0, *[15.0] * 60)
"""Seconds between tries while the API server does not answer; some 15 minutes."""
DONE = b"done\n"


class Guard:
    """The guard of one run. Leaving the block without `done` makes it undo, as the death of the run does."""

    def __init__(self, kubeconfig: str, context: str, namespace: str, lease_name: str, run: str) -> None:
        told = {
            "kubeconfig": kubeconfig,
            "context": context,
            "namespace": namespace,
            "lease": lease_name,
            "run": run,
        }
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot.cluster.guard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,
            close_fds=True,
        )
        assert self._process.stdin is not None
        self._pipe: IO[bytes] = self._process.stdin
        self._tell(json.dumps(told).encode() + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The id of the guard's process."""
        return self._process.pid

    def done(self) -> None:
        """Everything is put back: the guard may go, and is gone when this returns."""
        self._tell(DONE)
        self.close()
        self._process.wait()

    def close(self) -> None:
        """Let the guard go its way: it undoes unless `done` was said."""
        try:
            self._pipe.close()
        except BrokenPipeError:
            return

    def _tell(self, text: bytes) -> None:
        try:
            self._pipe.write(text)
            self._pipe.flush()
        except BrokenPipeError:
            return  # somebody killed the guard: the lease expires, and a sweep undoes


def main() -> None:
    """Wait for the end of the standard input, then undo unless the last word was `done`."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    first, _, rest = sys.stdin.buffer.read().partition(b"\n")
    if rest.endswith(DONE):
        return
    try:
        told = json.loads(first)
    except ValueError:
        return  # the run died before it had told anything, so it had changed nothing
    time.sleep(SETTLE)
    _put_back(**told)


def _put_back(kubeconfig: str, context: str, namespace: str, lease: str, run: str) -> None:
    from bot.cluster.client import Cluster
    from bot.cluster.undo import undo
    from bot.errors import ClusterError

    for pause in PAUSES:
        try:
            cluster = Cluster.connect(kubeconfig, context)
            undo(cluster, namespace, lease, run=run)
        except ClusterError:
            time.sleep(pause)
            continue
        return


if __name__ == "__main__":
    main()
