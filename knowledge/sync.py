"""A replica's library follows the captured articles of the store, which are the truth."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StoreError
from bot.store.captures import CaptureStore
from bot.store.cases import CaseStore
from knowledge.base import KnowledgeBase
from knowledge.history import case_documents
from knowledge.library import CAPTURED, SOLVED, Library
from knowledge.search.engine import Engine

LOG = logging.getLogger("covcheck.knowledge")


@dataclass(frozen=True, slots=True)
class Synced:
    """What a look at the store changed: whether anything, and ids that are not taken because a shipped or
    imported document has them."""

    changed: bool
    refused: tuple[str, ...] = ()


def sync_captures(captures: CaptureStore, library: Library) -> Synced:
    """Bring a library up to the captures that were not rejected: new and changed ones in, others out.

    Costs one small query and a look into library.json when nothing changed. Raises StoreError and
    KnowledgeError.
    """
    entries = library.entries()
    held = {entry.id: entry.came for entry in entries.values() if entry.origin == CAPTURED}
    wanted = captures.shas()
    refused = {id for id in wanted if library.ships(id) or (id in entries and id not in held)}
    if held == {id: sha for id, sha in wanted.items() if id not in refused}:
        return Synced(False, tuple(sorted(refused)))
    return Synced(True, library.follow(CAPTURED, captures.documents()))


def others(library: Library) -> tuple[str, ...]:
    """The ids of documents that were not captured: no captured article may get one of them."""
    return tuple(id for id, entry in library.entries().items() if entry.origin != CAPTURED)


class SyncedBase(KnowledgeBase):
    """A knowledge base that looks into the store before each search, for captured articles and for solved
    cases (`cases` None: not for these); without the store it goes on with what it has."""

    def __init__(
        self, root: Path, captures: CaptureStore, cases: CaseStore | None = None, *, shipped: bool = True
    ) -> None:
        super().__init__(root, shipped=shipped)
        self._captures = captures
        self._cases = cases
        self._refused: tuple[str, ...] = ()
        self._solved: tuple[int, float] | None = None

    def engine(self) -> Engine:
        """Search over the documents as they are now, with the captured articles of all replicas."""
        try:
            done = sync_captures(self._captures, self.library)
            self._sync_cases()
        except StoreError as error:
            LOG.warning("captured articles are as they were: %s", error)
        else:
            if done.refused != self._refused:
                self._refused = done.refused
                LOG.warning("captured articles with ids of other documents: %s", ", ".join(done.refused))
        return super().engine()

    def _sync_cases(self) -> None:
        """Bring the library up to the solved cases when there are others than at the last look."""
        now = self._cases.history() if self._cases is not None else None
        if self._cases is not None and now != self._solved:
            self.library.follow(SOLVED, case_documents(self._cases.asked_and_solved()))
            self._solved = now
