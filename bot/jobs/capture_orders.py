"""What is ordered of captured articles. Texts are cleaned before: orders are kept on disk."""

from __future__ import annotations

from dataclasses import dataclass

from bot.jobs.orders import Order


@dataclass(frozen=True, slots=True)
class FillCapture(Order):
    """Fill an open modal from a thread; `said` is its message's text, for when the thread cannot be read."""

    view_id: str
    thread: str
    case_id: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class OfferCapture(Order):
    """Offer to save the thread of a message to the person who reacted to it; `message` is its `ts`."""

    message: str


@dataclass(frozen=True, slots=True)
class KeepCapture(Order):
    """Keep a draft of what a person wrote about a thread, and post it for review."""

    title: str
    question: str
    cause: str
    fix: str
    links: tuple[str, ...] = ()
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReviseCapture(Order):
    """Put other texts into a version of a captured article; it is a draft again."""

    capture_id: str
    version: int
    title: str
    question: str
    cause: str
    fix: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecideCapture(Order):
    """Confirm or reject a version of a captured article (`verdict`: a CaptureState)."""

    capture_id: str
    version: int
    verdict: str
