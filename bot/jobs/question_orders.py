"""The orders of questions, of feedback on answers, and of how channels are treated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.jobs.orders import Order
from bot.store.changes import What

if TYPE_CHECKING:
    from bot.store.answers import Store


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

    changes = None

    text: str
    ts: str
    heard: str
    repo: str | None = None
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class AnotherAnswer(Order):
    """Give the alternative of that number (from 0) that stands under an answer."""

    changes = None

    answer_id: str
    number: int


@dataclass(frozen=True, slots=True)
class GiveFeedback(Order):
    """A press of a feedback button: `vote` is a `bot.store.feedback.Vote`, `at` the time of the press in
    seconds since the epoch."""

    changes = What.FEEDBACK_GIVEN

    answer_id: str
    vote: str
    at: float

    def about(self, store: Store, job_id: str) -> str:
        """The answer and what was said of it."""
        return f"answer {self.answer_id[:8]}: {self.vote}"


@dataclass(frozen=True, slots=True)
class AskOwners(Order):
    """Ask the people who are named for it about an answer, or about what could not be answered."""

    changes = None

    answer_id: str


@dataclass(frozen=True, slots=True)
class SetMode(Order):
    """Change how questions are treated in the channel; None: tell the person who asks how they are."""

    changes = What.MODE_CHANGED

    mode: str | None
    at: float = 0.0

    def changed(self, status: str) -> What | None:
        """It is said in the channel first: where that is not possible, nothing is changed."""
        return None if self.mode is None or status in ("UNHEARD", "NOTHING") else self.changes

    def about(self, store: Store, job_id: str) -> str:
        """The mode."""
        return f"questions: {self.mode}"


@dataclass(frozen=True, slots=True)
class Quality(Order):
    """Tell how questions were answered in the days up to `until` (seconds since the epoch): to the channel
    when `post`, else to the person who asks."""

    changes = None

    until: float
    post: bool = False
