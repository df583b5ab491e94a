"""How questions are treated in a channel, each mode doing what the one before it does and more."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """MENTION answers who names the bot; SUGGEST answers any question that it knows the answer to, to the
    asker alone; ANSWER does so in the thread. In direct messages questions are always answered."""

    OFF = "off"
    MENTION = "mention"
    SUGGEST = "suggest"
    ANSWER = "answer"

    @property
    def listens(self) -> bool:
        """Whether messages that do not name the bot are looked at."""
        return self in (Mode.SUGGEST, Mode.ANSWER)


MEANINGS = {
    Mode.OFF: "no question is answered here; commands are",
    Mode.MENTION: "a question is answered when somebody names me in it",
    Mode.SUGGEST: "when I know the answer to a question, I tell the person who asked, and nobody else",
    Mode.ANSWER: "when I know the answer to a question, I answer in its thread",
}
"""Each mode in one clause, as it is said in the channel."""
