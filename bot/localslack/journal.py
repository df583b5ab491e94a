"""What changed, in order, for those who look on: bounded, and waited for."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from bot.localslack.world import Json

SIZE = 2_000
RESET = "reset"


class Journal:
    """Changes with numbers that only grow. Share the lock of what is changed, so that both agree."""

    def __init__(self, changed: threading.Condition, size: int = SIZE) -> None:
        self._changed = changed
        self._kept: deque[Json] = deque(maxlen=size)
        self._last = 0
        self._followers: list[Callable[[Json], None]] = []

    @property
    def last(self) -> int:
        """The number of the newest change."""
        return self._last

    def follow(self, follower: Callable[[Json], None]) -> None:
        """Tell every change, under the lock: the follower must be quick."""
        self._followers.append(follower)

    def add(self, kind: str, **what: object) -> None:
        """Keep a change."""
        with self._changed:
            self._last += 1
            change: Json = {"seq": self._last, "type": kind, **what}
            self._kept.append(change)
            for follower in self._followers:
                follower(change)
            self._changed.notify_all()

    def after(self, seq: int) -> Sequence[Json]:
        """The changes after a number; a single `reset` when some of them are no longer kept, or when the
        number is none of ours (the process was started anew)."""
        with self._changed:
            oldest = self._kept[0]["seq"] if self._kept else self._last + 1
            if not oldest - 1 <= seq <= self._last:
                return [{"seq": self._last, "type": RESET}]
            return [change for change in self._kept if change["seq"] > seq]

    def wait(
        self, seq: int, seconds: float, wanted: Callable[[Json], bool] = lambda _: True
    ) -> tuple[int, list[Json]]:
        """The wanted changes after a number as soon as there is one, or none after so many seconds; and the
        number up to which was looked."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                found = [change for change in self.after(seq) if change["type"] == RESET or wanted(change)]
                left = deadline - time.monotonic()
                if found or left <= 0:
                    return self._last, found
                self._changed.wait(left)
