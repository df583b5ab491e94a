"""Programs run with bounds: a time limit, an environment made from nothing, and only so much output kept.

What is started gets a session of its own, so that everything it started can be ended with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.experiments.model import ExperimentError, NotHere

MAX_OUTPUT = 4 << 20
STEP = 0.01


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended: exit status (128 + n for signal n) and what it wrote, as far as it is kept."""

    exit: int
    stdout: str
    stderr: str


class Started:
    """A program that runs. Use as a context manager: what still runs at the end is killed."""

    def __init__(
        self, words: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path, user: int | None = None
    ) -> None:
        """Start it; `log` is the stem of the two files for its output, `user` a uid and gid to take."""
        self._files = log.with_suffix(".out"), log.with_suffix(".err")
        self.name = Path(words[0]).name
        with self._files[0].open("wb") as out, self._files[1].open("wb") as err:
            try:
                self._process = subprocess.Popen(
                    list(words),
                    env=dict(env),
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                    user=user,
                    group=user,
                    extra_groups=[] if user is not None else None,
                )
            except OSError as error:
                raise NotHere(f"{self.name} cannot be started: {error.strerror}") from None

    def __enter__(self) -> Started:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def send(self, number: int) -> None:
        """Send a signal to this one process."""
        self._process.send_signal(number)

    def until_says(self, word: str, seconds: float) -> str:
        """Wait until a line of stdout begins with a word; that line. Raises ExperimentError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in _text(self._files[0]).splitlines(keepends=True):
                if line.startswith(word) and line.endswith("\n"):
                    return line.strip()
            if not self.runs:
                break
            time.sleep(STEP)
        raise ExperimentError(f"{self.name} did not say {word!r} within {seconds:.0f} s")

    def end(self, seconds: float) -> Done:
        """Wait for the end. Raises ExperimentError when it does not come in time."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise ExperimentError(f"{self.name} did not end within {seconds:.0f} s") from None
        return Done(status if status >= 0 else 128 - status, _text(self._files[0]), _text(self._files[1]))

    def kill_all(self) -> None:
        """Kill what is left of the session."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MAX_OUTPUT).decode("utf-8", "replace")
