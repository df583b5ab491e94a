"""The orders of questions, of feedback on answers, and of how channels are treated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.jobs.orders import Order


class Heard(StrEnum):
    """How a question was heard: MENTION and DIRECT are to the bot and get an answer in any case; the others
    are ordinary messages of a channel in that mode."""

    MENTION = "mention"
    DIRECT = "direct"
    SUGGEST = "suggest"
    ANSWER = "answer"

    @property
    def to_us(self) -> bool:
        """Whether the bot was asked, and has to answer even when it does not know."""
        return self in (Heard.MENTION, Heard.DIRECT)


@dataclass(frozen=True, slots=True)
class AskQuestion(Order):
    """Answer a question from the knowledge base. `text` has no secrets, `ts` is the message that asks,
    `repo` the channel's repo if it has one, `at` when it was asked in seconds since the epoch."""

    text: str
    ts: str
    heard: str
    repo: str | None = None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class AnotherAnswer(Order):
    """Give the alternative of that number (from 0) that stands under an answer."""

    answer_id: str
    number: int


@dataclass(frozen=True, slots=True)
class GiveFeedback(Order):
    """A press of a feedback button: `vote` is a `bot.store.feedback.Vote`, `at` the time of the press in
    seconds since the epoch."""

    answer_id: str
    vote: str
    at: float


@dataclass(frozen=True, slots=True)
class AskOwners(Order):
    """Ask the people who are named for it about an answer, or about what could not be answered."""

    answer_id: str


@dataclass(frozen=True, slots=True)
class SetMode(Order):
    """Change how questions are treated in the channel; None: tell the person who asks how they are."""

    mode: str | None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Quality(Order):
    """Tell how questions were answered in the days up to `until` (seconds since the epoch): to the channel
    when `post`, else to the person who asks."""

    until: float
    post: bool = False
