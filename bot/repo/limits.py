"""What one check may spend at GitHub, and what GitHub says about its limits.

GitHub, "Rate limits for the REST API": a primary or secondary limit arrives as 403 or 429. Obey
`retry-after`; without it, when `x-ratelimit-remaining` is 0, `x-ratelimit-reset`; else wait 60 s.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from bot.errors import RateLimited, RequestBudgetSpent

DEFAULT_REQUESTS = 40
DEFAULT_WAIT_SECONDS = 60.0
UNSAID_SECONDS = 60.0
_LEAST_SECONDS = 1.0


class Budget:
    """The requests and the seconds of waiting that one check may spend; threads share it."""

    def __init__(self, requests: int = DEFAULT_REQUESTS, wait: float = DEFAULT_WAIT_SECONDS) -> None:
        self.requests = requests
        self.wait = wait
        self.spent = 0
        self._waited_until = 0.0
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """Requests that may still be made."""
        return max(self.requests - self.spent, 0)

    @property
    def spent_reason(self) -> str:
        """Why nothing more is fetched, in one clause."""
        return f"request budget of {self.requests} spent"

    def take(self) -> None:
        """Count one request. Raises RequestBudgetSpent when none is left."""
        with self._lock:
            if self.spent >= self.requests:
                raise RequestBudgetSpent(
                    f"The check may make {self.requests} requests to GitHub and has made them.",
                    hint="Read a local clone (--repo DIR), or raise github.request_budget.",
                )
            self.spent += 1

    def pause(self, limit: Limit, now: float) -> float:
        """Seconds to wait until the limit ends; threads that wait together pay once.

        Raises RateLimited when that is more than what is left for waiting.
        """
        with self._lock:
            extra = max(limit.until - max(now, self._waited_until), 0.0)
            if extra > self.wait:
                raise _too_long(limit, limit.until - now, self.wait)
            self.wait -= extra
            self._waited_until = max(self._waited_until, limit.until)
        return max(limit.until - now, 0.0)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in force: `kind` is `primary` or `secondary`, `until` is in epoch seconds."""

    kind: str
    until: float


def read_limit(status: int, headers: Mapping[str, str], message: str, now: float) -> Limit | None:
    """The limit that an answer speaks of, or None when it speaks of none."""
    if status not in (403, 429):
        return None
    spent = headers.get("x-ratelimit-remaining") == "0"
    told = _retry_after(headers.get("retry-after"), now)
    if not (spent or told is not None or status == 429 or "rate limit" in message.lower()):
        return None
    kind = "primary" if spent and "secondary" not in message.lower() else "secondary"
    if told is None:
        told = _until_reset(headers, now) if spent else UNSAID_SECONDS
    return Limit(kind, now + max(told, _LEAST_SECONDS))


def _retry_after(value: str | None, now: float) -> float | None:
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except ValueError:
        return UNSAID_SECONDS


def _until_reset(headers: Mapping[str, str], now: float) -> float:
    reset = headers.get("x-ratelimit-reset", "")
    return float(reset) - now if reset.isdigit() else UNSAID_SECONDS


def _too_long(limit: Limit, seconds: float, left: float) -> RateLimited:
    return RateLimited(
        f"GitHub's {limit.kind} rate limit holds for {_duration(seconds)} more; "
        f"the check may still wait {_duration(left)}.",
        retry_after=max(seconds, _LEAST_SECONDS),
        hint=f"Ask again in {_duration(seconds)}, or use a token with a higher limit.",
    )


def _duration(seconds: float) -> str:
    whole = max(round(seconds), 0)
    return f"{whole} s" if whole < 120 else f"{round(whole / 60)} min"
