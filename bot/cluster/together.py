"""Several questions to the cluster at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 8
"""Questions at a time: enough to hide the way to the server, few enough to spare it."""

T = TypeVar("T")


def together(questions: Sequence[Callable[[], T]]) -> tuple[T, ...]:
    """The answers in the order of the questions. Raises what the first failing question raises."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cluster") as pool:
        futures = [pool.submit(question) for question in questions]
        return tuple(future.result() for future in futures)
