"""Questions that were asked, and how often they were answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.question_tables import QUESTIONS

ANSWERED, ABSTAINED = "answered", "abstained"


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question and what came of it. `id` is the job's, `key` the same for the same question asked again,
    `status` ANSWERED or ABSTAINED, `article` the source, `sure` the confidence of the best match in 0..1,
    `at` seconds since the epoch. `text` must be free of secrets."""

    id: str
    channel: str
    thread: str | None
    asked_by: str | None
    heard: str
    text: str
    key: str
    status: str
    article: str | None
    service: str | None
    sure: float
    at: float


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """How many questions were asked in a time, and what came of them."""

    asked: int
    answered: int
    abstained: int


class Questions:
    """Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, question: StoredQuestion) -> None:
        """Store a question; storing the same id again changes nothing."""
        with self._database.transaction() as connection:
            self._database.insert_once(connection, QUESTIONS, asdict(question))

    def question(self, id: str) -> StoredQuestion | None:
        """The question of that id, or None."""
        with self._database.transaction() as connection:
            row = connection.execute(select(QUESTIONS).where(QUESTIONS.c.id == id)).one_or_none()
        return None if row is None else StoredQuestion(**row._mapping)

    def counts(self, since: float, until: float) -> QuestionCounts:
        """What was asked from `since` on and before `until`, in seconds since the epoch."""
        query = (
            select(QUESTIONS.c.status, func.count())
            .where(QUESTIONS.c.at >= since, QUESTIONS.c.at < until)
            .group_by(QUESTIONS.c.status)
        )
        with self._database.transaction() as connection:
            found = {str(status): int(number) for status, number in connection.execute(query)}
        return QuestionCounts(sum(found.values()), found.get(ANSWERED, 0), found.get(ABSTAINED, 0))
