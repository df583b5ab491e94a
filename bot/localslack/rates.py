"""Slack's rate limits: each method so many calls a minute by its tier, a channel about one message a second.

docs.slack.dev, "Rate limits". Tiers are "at least" figures, so a bucket holds a minute's worth and fills
evenly. How many messages above one a second a channel bears is not documented: short bursts are, and eight
stand for them here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from bot.localslack.world import RateLimited

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute."""
POSTS_A_SECOND = 1.0
BURST = 8
_TIER_OF = {
    "apps.connections.open": 1,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.unfurl": 3,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.list": 2,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "files.info": 4,
    "reactions.add": 3,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
_POSTING = frozenset({"chat.postMessage"})


class Rates:
    """Counts calls. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, burst: int = BURST) -> None:
        self._clock = clock
        self._burst = burst
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, method: str, channel: str) -> None:
        """Let a call through. Raises RateLimited when it comes too early."""
        if method in _POSTING:
            self._from((method, channel), POSTS_A_SECOND, self._burst)
        elif method in _TIER_OF:
            calls = TIERS[_TIER_OF[method]]
            self._from((method, ""), calls / 60, calls)

    def _from(self, name: tuple[str, str], a_second: float, most: float) -> None:
        now = self._clock()
        held, at = self._buckets.get(name, (most, now))
        held = min(most, held + (now - at) * a_second)
        self._buckets[name] = (held - 1 if held >= 1 else held, now)
        if held < 1:
            raise RateLimited(max(1, math.ceil((1 - held) / a_second)))
