"""What is ordered of captured articles. Texts are cleaned before: orders are kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.jobs.orders import Order
from bot.store.captures import CaptureState
from bot.store.changes import What

if TYPE_CHECKING:
    from bot.store.answers import Store


@dataclass(frozen=True, slots=True)
class FillCapture(Order):
    """Fill an open modal from a thread; `said` is its message's text, for when the thread cannot be read."""

    changes = None

    view_id: str
    thread: str
    case_id: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class OfferCapture(Order):
    """Offer to save the thread of a message to the person who reacted to it; `message` is its `ts`."""

    changes = None

    message: str


@dataclass(frozen=True, slots=True)
class KeepCapture(Order):
    """Keep a draft of what a person wrote about a thread, and post it for review."""

    changes = What.ARTICLE_CAPTURED

    title: str
    question: str
    cause: str
    fix: str
    links: tuple[str, ...] = ()
    case_id: str | None = None

    def changed(self, status: str) -> What | None:
        """A thread that is saved already is not saved again."""
        return None if status == "OK" else self.changes

    def about(self, store: Store, job_id: str) -> str:
        """The article."""
        return _article(store, job_id)


@dataclass(frozen=True, slots=True)
class ReviseCapture(Order):
    """Put other texts into a version of a captured article; it is a draft again."""

    changes = What.ARTICLE_EDITED

    capture_id: str
    version: int
    title: str
    question: str
    cause: str
    fix: str
    links: tuple[str, ...] = ()

    def changed(self, status: str) -> What | None:
        """A press that came too late changed nothing."""
        return None if status == "OK" else self.changes

    def about(self, store: Store, job_id: str) -> str:
        """The article."""
        return _article(store, self.capture_id)


@dataclass(frozen=True, slots=True)
class DecideCapture(Order):
    """Confirm or reject a version of a captured article (`verdict`: a CaptureState)."""

    changes = What.ARTICLE_CONFIRMED

    capture_id: str
    version: int
    verdict: str

    def changed(self, status: str) -> What | None:
        """A press that came too late changed nothing."""
        if status == "OK":
            return None
        return What.ARTICLE_REJECTED if self.verdict == CaptureState.REJECTED else self.changes

    def about(self, store: Store, job_id: str) -> str:
        """The article."""
        return _article(store, self.capture_id)


def _article(store: Store, capture_id: str) -> str:
    known = store.captures.get(capture_id)
    return "" if known is None else known.article
