"""Cases: what was found wrong, open until a run or a check proves that it is mended. Never by thumbs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, update

from bot.store.database import Database
from bot.store.tables import CASES

_COLUMNS = [column for column in CASES.c if column.name != "open_key"]


class CaseState(StrEnum):
    """A case is open until it is proven solved, or closed without a proof; neither is ever left again."""

    OPEN = "open"
    SOLVED = "solved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case. `kind` is check, live, request or question; `rule`, `effect`, `summary`, `fix` and `evidence`
    ([path, line, end_line, url]) are those of the first cause; `ref` is what was asked (None: the default
    branch); `article` the one that was given as the answer. Times in seconds since the epoch."""

    id: str
    kind: str
    channel: str
    thread: str | None
    repo: str
    service: str | None
    opened_at: float
    ref: str | None = None
    commit: str | None = None
    rule: str | None = None
    effect: str | None = None
    symptom: str | None = None
    summary: str = ""
    fix: str = ""
    question: str = ""
    evidence: list[Any] = field(default_factory=list)
    asked_by: str | None = None
    article: str | None = None
    state: str = CaseState.OPEN.value
    solved_at: float | None = None
    solved_by: str | None = None
    proof_id: str | None = None
    proof: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a service's coverage comes again: `by` is `run` (the figures were seen) or `check`
    (nothing on the path stands in the way: weaker). `id` is the job's, `at` when it began, in seconds since
    the epoch; `found` are rules whose causes it still found. `commit` None: no files were read."""

    by: str
    id: str
    at: float
    ref: str | None = None
    commit: str | None = None
    statements: int | None = None
    covered: int | None = None
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """The cases opened in a time, by what became of them until now; `proven` are those that were solved in
    that time, whenever they were opened."""

    opened: int
    by_run: int
    by_check: int
    open: int
    closed: int
    proven: int

    @property
    def rate(self) -> float | None:
        """The resolution rate: proven by opened; None when none was opened."""
        return (self.by_run + self.by_check) / self.opened if self.opened else None


class CaseStore:
    """The cases of one installation. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, case: StoredCase) -> StoredCase:
        """Keep a case and give it; where one is open about the same thing, give that one.

        The same thing is: the same cause of the same service in the same repo; for a case that names no cause
        any open one of that service; for one without a service the same thread.
        """
        values = {**asdict(case), "state": CaseState.OPEN.value, "open_key": _open_key(case)}
        with self._database.transaction() as connection:
            if case.rule is None and case.service is not None:
                known = _first(connection, select(*_COLUMNS).where(_open_of(case.repo, case.service)))
                if known is not None:
                    return known
            self._database.insert_once(connection, CASES, values)
            kept = select(*_COLUMNS).where(or_(CASES.c.id == case.id, CASES.c.open_key == _open_key(case)))
            found = _first(connection, kept.order_by(CASES.c.id != case.id))
        return found or case

    def get(self, case_id: str) -> StoredCase | None:
        """The case of that id."""
        with self._database.transaction() as connection:
            return _first(connection, select(*_COLUMNS).where(CASES.c.id == case_id))

    def prove(self, repo: str, service: str, proof: Proof) -> tuple[StoredCase, ...]:
        """Close the cases of a service that a proof solves, and give them; asked again, it gives the same.

        A proof solves what was opened before it began and whose cause it did not find again. A check solves
        only what was asked about the same branch at another commit: it says nothing of other branches, and
        of two commits nobody knows the order. What only degrades the figure is solved by a run only when it
        read the files too.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(select(*_COLUMNS).where(_open_of(repo, service)).with_for_update())
            solved = [case.id for case in map(_case, rows) if _solves(proof, case)]
            told = {**asdict(proof), "found": list(proof.found)}
            connection.execute(
                update(CASES)
                .where(CASES.c.id.in_(solved), CASES.c.state == CaseState.OPEN.value)
                .values(
                    state=CaseState.SOLVED.value,
                    solved_at=proof.at,
                    solved_by=proof.by,
                    proof_id=proof.id,
                    proof=told,
                    open_key=None,
                )
            )
            done = select(*_COLUMNS).where(CASES.c.proof_id == proof.id)
            return _all(connection, done.order_by(CASES.c.opened_at, CASES.c.id))

    def close(self, case_id: str, at: float) -> bool:
        """Close an open case without a proof: it was opened and never solved. Whether it was open."""
        with self._database.transaction() as connection:
            done = connection.execute(
                update(CASES)
                .where(CASES.c.id == case_id, CASES.c.state == CaseState.OPEN.value)
                .values(state=CaseState.CLOSED.value, solved_at=at, open_key=None)
                .returning(CASES.c.id)
            )
            return done.first() is not None

    def solved(
        self, rule: str | None = None, service: str | None = None, limit: int = 50
    ) -> tuple[StoredCase, ...]:
        """Solved cases, the latest first: of a cause, of a service, or all."""
        query = select(*_COLUMNS).where(CASES.c.state == CaseState.SOLVED.value)
        if rule is not None:
            query = query.where(CASES.c.rule == rule)
        if service is not None:
            query = query.where(CASES.c.service == service)
        with self._database.transaction() as connection:
            return _all(connection, query.order_by(CASES.c.solved_at.desc(), CASES.c.id).limit(limit))

    def history(self) -> tuple[int, float]:
        """(how many solved cases have words of people, when the latest was solved): another value means that
        `asked_and_solved` gives something else."""
        query = select(func.count(), func.max(CASES.c.solved_at)).where(_history())
        with self._database.transaction() as connection:
            number, latest = connection.execute(query).one()
        return int(number), float(latest or 0.0)

    def asked_and_solved(self, limit: int = 5_000) -> tuple[StoredCase, ...]:
        """The solved cases that began with words of people (a request, a question), the latest first."""
        query = select(*_COLUMNS).where(_history()).order_by(CASES.c.solved_at.desc(), CASES.c.id)
        with self._database.transaction() as connection:
            return _all(connection, query.limit(limit))

    def in_thread(self, channel: str, thread: str) -> StoredCase | None:
        """The latest case of a thread."""
        query = select(*_COLUMNS).where(CASES.c.channel == channel, CASES.c.thread == thread)
        with self._database.transaction() as connection:
            return _first(connection, query.order_by(CASES.c.opened_at.desc(), CASES.c.id))

    def cases(self, state: CaseState | None = None, limit: int = 50) -> tuple[StoredCase, ...]:
        """Cases, the latest opened first."""
        query = select(*_COLUMNS).order_by(CASES.c.opened_at.desc(), CASES.c.id).limit(limit)
        if state is not None:
            query = query.where(CASES.c.state == state.value)
        with self._database.transaction() as connection:
            return _all(connection, query)

    def asked_by(
        self, person: str, state: CaseState | None = None, limit: int = 10
    ) -> tuple[StoredCase, ...]:
        """The cases that a person's words opened, the latest opened first."""
        query = select(*_COLUMNS).where(CASES.c.asked_by == person)
        if state is not None:
            query = query.where(CASES.c.state == state.value)
        with self._database.transaction() as connection:
            return _all(connection, query.order_by(CASES.c.opened_at.desc(), CASES.c.id).limit(limit))

    def people_of(self, repo: str, service: str, proof_id: str) -> tuple[str, ...]:
        """Who opened the cases of a service that are open, or that a proof (a job's id) just solved."""
        mine = or_(_open_of(repo, service), CASES.c.proof_id == proof_id)
        query = select(CASES.c.asked_by).where(mine, CASES.c.asked_by.is_not(None)).distinct()
        with self._database.transaction() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def counts(self, since: float, until: float) -> CaseCounts:
        """What became of the cases opened in [since, until), in seconds since the epoch."""
        opened = and_(CASES.c.opened_at >= since, CASES.c.opened_at < until)
        proven = and_(CASES.c.state == "solved", CASES.c.solved_at >= since, CASES.c.solved_at < until)
        with self._database.transaction() as connection:
            rows = connection.execute(
                select(CASES.c.state, CASES.c.solved_by, func.count())
                .where(opened)
                .group_by(CASES.c.state, CASES.c.solved_by)
            ).all()
            then = connection.execute(select(func.count()).select_from(CASES).where(proven)).scalar_one()
        numbers = {(state, by): number for state, by, number in rows}
        return CaseCounts(
            opened=sum(numbers.values()),
            by_run=numbers.get(("solved", "run"), 0),
            by_check=numbers.get(("solved", "check"), 0),
            open=numbers.get(("open", None), 0),
            closed=numbers.get(("closed", None), 0),
            proven=int(then),
        )


def _open_key(case: StoredCase) -> str:
    """What a case is about: only one case may be open for it."""
    if case.service is None:
        about: Sequence[str] = ("thread", case.channel, case.thread or case.id)
    else:
        about = ("service", case.repo.casefold(), case.service, case.rule or "")
    return hashlib.sha256("\0".join(about).encode("utf-8", "replace")).hexdigest()


def _history() -> ColumnElement[bool]:
    return and_(CASES.c.state == CaseState.SOLVED.value, CASES.c.question != "")


def _open_of(repo: str, service: str) -> ColumnElement[bool]:
    return and_(
        func.lower(CASES.c.repo) == repo.lower(),
        CASES.c.service == service,
        CASES.c.state == CaseState.OPEN.value,
    )


def _solves(proof: Proof, case: StoredCase) -> bool:
    """Whether a proof solves an open case of its service."""
    if case.opened_at >= proof.at or case.id == proof.id or (case.rule or "") in proof.found:
        return False
    if proof.by == "run":
        return bool(proof.covered) and (case.effect != "degrades" or proof.commit is not None)
    return proof.ref == case.ref and proof.commit not in (None, case.commit) and not _is_commit(proof)


def _is_commit(proof: Proof) -> bool:
    """Whether a check was asked about a commit, not about a branch that moves on."""
    return bool(proof.ref and proof.commit and len(proof.ref) >= 7 and proof.commit.startswith(proof.ref))


def _case(row: Row[Any]) -> StoredCase:
    return StoredCase(**row._mapping)


def _first(connection: Connection, query: Select[Any]) -> StoredCase | None:
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _case(row)


def _all(connection: Connection, query: Select[Any]) -> tuple[StoredCase, ...]:
    return tuple(_case(row) for row in connection.execute(query))
