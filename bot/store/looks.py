"""The latest look at each service: its last check, and its last live run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, select, tuple_

from bot.store.database import Database
from bot.store.following import About, about
from bot.store.home_tables import LOOKS
from bot.store.tables import RUNS

CHECK, RUN = "check", "run"
MAX_SUMMARY = 600
_AT_ONCE = 100
_OF_RUN = ("id", "service", "repo", "ref", "commit", "started_at", "status", "statements", "covered")


@dataclass(frozen=True, slots=True)
class Look:
    """What a check or a live run (`by`) said of a service: the diagnosis' status and the first cause in a
    sentence. `statements` and `covered` are of a run that gave a figure. `at` in seconds since the epoch."""

    about: About
    by: str
    job_id: str
    status: str
    at: float
    summary: str = ""
    ref: str | None = None
    commit: str | None = None
    statements: int | None = None
    covered: int | None = None


class Looks:
    """Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, look: Look) -> None:
        """Keep a look in the place of an older one of its kind."""
        values = {**asdict(look), "repo": look.about.repo, "service": look.about.service}
        del values["about"]
        with self._database.transaction() as connection:
            self._database.put(connection, LOOKS, values, newer="at")

    def of(self, wanted: Iterable[About]) -> tuple[Look, ...]:
        """The latest check and the latest run of some services, as far as there are any, in no order."""
        pairs = [(each.repo, each.service) for each in dict.fromkeys(wanted)]
        found: list[Row[Any]] = []
        with self._database.transaction() as connection:
            for start in range(0, len(pairs), _AT_ONCE):
                among = tuple_(LOOKS.c.repo, LOOKS.c.service).in_(pairs[start : start + _AT_ONCE])
                found += connection.execute(select(LOOKS).where(among)).all()
        return tuple(_look(dict(row._mapping)) for row in found)

    def by_job(self, job_id: str) -> Look | None:
        """What a job said, as long as nothing newer was said."""
        with self._database.transaction() as connection:
            row = connection.execute(select(LOOKS).where(LOOKS.c.job_id == job_id).limit(1)).first()
        return None if row is None else _look(dict(row._mapping))

    def runs_of(self, person: str, limit: int = 10) -> tuple[Look, ...]:
        """The live runs that a person had carried out, the latest first; without a repo it is empty."""
        query = select(*(RUNS.c[name] for name in _OF_RUN)).where(RUNS.c.asked_by == person)
        with self._database.transaction() as connection:
            rows = connection.execute(query.order_by(RUNS.c.started_at.desc(), RUNS.c.id).limit(limit))
            return tuple(_run(dict(row._mapping)) for row in rows)

    def known(self, repos: Iterable[str], limit: int = 500) -> tuple[About, ...]:
        """The services of some repos that were ever looked at, by name."""
        query = select(LOOKS.c.repo, LOOKS.c.service).where(LOOKS.c.repo.in_(sorted(set(repos)))).distinct()
        with self._database.transaction() as connection:
            rows = connection.execute(query.order_by(LOOKS.c.service, LOOKS.c.repo).limit(limit))
            return tuple(About(*row) for row in rows)


def _look(row: dict[str, Any]) -> Look:
    return Look(About(row.pop("repo"), row.pop("service")), **row)


def _run(row: dict[str, Any]) -> Look:
    where = about(row.pop("repo") or "", row.pop("service"))
    return Look(where, RUN, row.pop("id"), at=row.pop("started_at"), **row)
