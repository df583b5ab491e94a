"""What is forgotten with age, beside figures: answers, notes of posts, plans, runs, questions.

Never forgotten: what an open case was made of, and the latest run of each service, ref and namespace, which
is the last that is known of it. Cases, captures, votes, schedules, what people set and follow have no age.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, select

from bot.store.artifact_tables import ARTIFACTS
from bot.store.cases import CaseState
from bot.store.database import Database
from bot.store.home_tables import ASKED, HOMES
from bot.store.question_tables import ESCALATIONS, QUESTIONS
from bot.store.tables import ANSWERS, CASES, CLAIMS, PLANS, POSTS, RUNS

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows went."""

    answers: int = 0
    posts: int = 0
    plans: int = 0
    runs: int = 0
    questions: int = 0
    artifacts: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.answers + self.posts + self.plans + self.runs + self.questions + self.artifacts


class Old:
    """Forgets what is old. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, before: float, under_way: Iterable[str] = ()) -> Forgotten:
        """Forget what was kept before a time (seconds since the epoch) and is needed no more.

        `under_way` are jobs that have not ended: what they posted is still known.
        """
        day = datetime.fromtimestamp(before, UTC)
        with self._database.transaction() as connection:
            needed = select(CASES.c.id).where(CASES.c.state == CaseState.OPEN.value)
            runs = _gone(
                connection,
                RUNS,
                RUNS.c.started_at < before,
                RUNS.c.id.not_in(needed),
                RUNS.c.id.not_in(_latest_runs()),
            )
            kept = select(RUNS.c.id)
            answers = _gone(
                connection,
                ANSWERS,
                ANSWERS.c.created_at < day,
                ANSWERS.c.id.not_in(needed),
                ANSWERS.c.id.not_in(kept),
            )
            plans = _gone(connection, PLANS, PLANS.c.created_at < day)
            asked = _gone(connection, QUESTIONS, QUESTIONS.c.at < before, QUESTIONS.c.id.not_in(needed))
            connection.execute(delete(ESCALATIONS).where(ESCALATIONS.c.at < before))
            connection.execute(delete(ASKED).where(ASKED.c.at < before))
            connection.execute(delete(HOMES).where(HOMES.c.opened_at < before))
            still = POSTS.c.job_id.not_in(sorted(set(under_way)))
            posts = connection.execute(delete(POSTS).where(POSTS.c.created_at < day, still)).rowcount
            artifacts = connection.execute(delete(ARTIFACTS).where(ARTIFACTS.c.at < before)).rowcount
            _drop_claims(connection, {*runs, *answers, *plans, *asked}, before)
        return Forgotten(len(answers), posts, len(plans), len(runs), len(asked), artifacts)


def _latest_runs() -> Select[Any]:
    """The latest run of each service, ref and namespace."""
    place = func.row_number().over(
        partition_by=(RUNS.c.repo, RUNS.c.service, RUNS.c.ref, RUNS.c.namespace),
        order_by=(RUNS.c.started_at.desc(), RUNS.c.id),
    )
    ranked = select(RUNS.c.id, place.label("place")).subquery()
    return select(ranked.c.id).where(ranked.c.place == 1)


def _gone(connection: Connection, table: Table, *where: ColumnElement[bool]) -> tuple[str, ...]:
    """Delete rows; their ids."""
    return tuple(connection.execute(delete(table).where(*where).returning(table.c.id)).scalars())


def _drop_claims(connection: Connection, gone: set[str], before: float) -> None:
    """Delete the claims on what is gone, and those on messages of before that time."""
    asks = connection.execute(select(CLAIMS.c.answer_id).where(CLAIMS.c.what == "question")).scalars()
    ids = sorted(gone | {each for each in asks if _written(each) < before})
    for start in range(0, len(ids), _AT_ONCE):
        connection.execute(delete(CLAIMS).where(CLAIMS.c.answer_id.in_(ids[start : start + _AT_ONCE])))


def _written(place: str) -> float:
    """When a message was written: `C1:1760000000.000100` has it in its time stamp."""
    stamp = place.rpartition(":")[2].partition(".")[0]
    return float(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 13 else float("inf")
