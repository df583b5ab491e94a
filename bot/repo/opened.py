"""A snapshot for as long as it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.repo.base import Snapshot

OpenSnapshot = Callable[[str, str | None], Snapshot]
"""(repo, ref) -> Snapshot; `repo` is `owner/name` or a directory, ref None the default branch."""


@contextmanager
def opened(open_snapshot: OpenSnapshot, repo: str, ref: str | None) -> Iterator[Snapshot]:
    """The snapshot, closed afterwards when it holds something open (a git process)."""
    snapshot = open_snapshot(repo, ref)
    try:
        yield snapshot
    finally:
        close = getattr(snapshot, "close", None)
        if close is not None:
            close()
