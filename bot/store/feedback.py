"""What people said of answers: one vote for each person and answer, the last one counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import distinct, func, select

from bot.store.database import Database
from bot.store.question_tables import ESCALATIONS, FEEDBACK


class Vote(StrEnum):
    """What a button under an answer says."""

    SOLVED = "solved"
    NOT_HELPFUL = "not_helpful"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class StoredVote:
    """A vote. `article` is the source of the answer and `key` that of the question it answered; None where
    the answer was no article or no question. `at` in seconds since the epoch."""

    answer_id: str
    person: str
    vote: str
    article: str | None
    key: str | None
    at: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people found an article to solve their problem, and how many not to help."""

    solved: int = 0
    not_helpful: int = 0


@dataclass(frozen=True, slots=True)
class FeedbackCounts:
    """In a time: answers that somebody said to have solved it or not to have helped, and answers about
    which people were asked."""

    solved: int
    not_helpful: int
    escalated: int


class Feedback:
    """Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def vote(self, vote: StoredVote) -> None:
        """Store a vote in place of the person's earlier one on the answer; one that is older than what
        stands there changes nothing."""
        with self._database.transaction() as connection:
            self._database.put(connection, FEEDBACK, asdict(vote), newer="at")

    def votes_on(self, answer_id: str) -> Mapping[str, Vote]:
        """The votes on an answer by person."""
        query = select(FEEDBACK.c.person, FEEDBACK.c.vote).where(FEEDBACK.c.answer_id == answer_id)
        with self._database.transaction() as connection:
            return {str(person): Vote(vote) for person, vote in connection.execute(query)}

    def votes(self) -> Mapping[str, Tally]:
        """The people for and against each article, for the ranking; a person counts once on each side."""
        return self._tallies(FEEDBACK.c.article.is_not(None))

    def unhelpful(self, key: str) -> frozenset[str]:
        """Articles that must not answer this question again: more people found them not to help than to."""
        found = self._tallies(FEEDBACK.c.key == key, FEEDBACK.c.article.is_not(None))
        return frozenset(article for article, tally in found.items() if tally.not_helpful > tally.solved)

    def escalate(self, answer_id: str, person: str | None, asked: str, at: float) -> None:
        """Note that people were asked about an answer; noted once."""
        row = {"answer_id": answer_id, "person": person, "asked": asked, "at": at}
        with self._database.transaction() as connection:
            self._database.insert_once(connection, ESCALATIONS, row)

    def counts(self, since: float, until: float) -> FeedbackCounts:
        """What was said from `since` on and before `until`, in seconds since the epoch."""
        said = (
            select(FEEDBACK.c.vote, func.count(distinct(FEEDBACK.c.answer_id)))
            .where(FEEDBACK.c.at >= since, FEEDBACK.c.at < until)
            .group_by(FEEDBACK.c.vote)
        )
        asked = select(func.count()).where(ESCALATIONS.c.at >= since, ESCALATIONS.c.at < until)
        with self._database.transaction() as connection:
            found = {str(vote): int(number) for vote, number in connection.execute(said)}
            escalated = int(connection.execute(asked).scalar_one())
        return FeedbackCounts(found.get(Vote.SOLVED, 0), found.get(Vote.NOT_HELPFUL, 0), escalated)

    def _tallies(self, *where: object) -> dict[str, Tally]:
        query = (
            select(FEEDBACK.c.article, FEEDBACK.c.vote, func.count(distinct(FEEDBACK.c.person)))
            .where(*where)  # type: ignore[arg-type]
            .group_by(FEEDBACK.c.article, FEEDBACK.c.vote)
        )
        with self._database.transaction() as connection:
            found = {(str(article), str(vote)): int(n) for article, vote, n in connection.execute(query)}
        return {
            article: Tally(found.get((article, Vote.SOLVED), 0), found.get((article, Vote.NOT_HELPFUL), 0))
            for article, _ in found
        }
