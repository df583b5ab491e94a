"""Figures of coverage over time, as the store keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select

from bot.errors import StoreError
from bot.history.model import Figure, PackageFigure, Source
from bot.history.thinning import Retention, forgettable
from bot.store.database import Database
from bot.store.history_tables import FIGURES

MAX_PACKAGES = 2_000
_AT_ONCE = 500
_LIGHT = [column for column in FIGURES.c if column.name != "packages"]


class History:
    """The figures of one installation. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, figure: Figure) -> bool:
        """Keep a figure; whether it is new. The same id again changes nothing; of more than 2,000 packages
        the largest are kept. Raises StoreError for a figure that cannot be one."""
        if not 0 <= figure.covered <= figure.statements:
            raise StoreError(f"{figure.covered} of {figure.statements} statements is no figure.")
        packages = sorted(figure.packages, key=lambda p: (-p.statements, p.path))[:MAX_PACKAGES]
        values = {
            "id": figure.id,
            "repo": figure.repo.lower(),
            "service": figure.service,
            "branch": figure.branch,
            "commit": figure.commit,
            "at": figure.at,
            "source": figure.source.value,
            "statements": figure.statements,
            "covered": figure.covered,
            "packages": [[p.path, p.statements, p.covered] for p in packages],
        }
        with self._database.transaction() as connection:
            return self._database.insert_once(connection, FIGURES, values)

    def figures(
        self,
        repo: str,
        service: str | None = None,
        *,
        branch: str | None = None,
        since: float = 0.0,
        until: float | None = None,
        limit: int = 10_000,
        packages: bool = True,
    ) -> tuple[Figure, ...]:
        """Figures of a repo in [since, until), oldest first; of more than `limit` the latest.

        Without `packages` they come without their packages, which is much quicker for many.
        """
        columns = list(FIGURES.c) if packages else _LIGHT
        query = select(*columns).where(FIGURES.c.repo == repo.lower(), FIGURES.c.at >= since)
        if service is not None:
            query = query.where(FIGURES.c.service == service)
        if branch is not None:
            query = query.where(FIGURES.c.branch == branch)
        if until is not None:
            query = query.where(FIGURES.c.at < until)
        query = query.order_by(FIGURES.c.at.desc(), FIGURES.c.id.desc()).limit(limit)
        with self._database.transaction() as connection:
            return tuple(map(_figure, reversed(connection.execute(query).all())))

    def branches(self, repo: str) -> dict[str | None, int]:
        """How many figures of a repo are of each branch."""
        query = select(FIGURES.c.branch, func.count()).where(FIGURES.c.repo == repo.lower())
        with self._database.transaction() as connection:
            rows = connection.execute(query.group_by(FIGURES.c.branch))
            return {branch: int(number) for branch, number in rows}

    def recent(
        self, repo: str, services: Iterable[str], main: str | None, limit: int
    ) -> dict[str, tuple[Figure, ...]]:
        """The latest figures of services on the main branch, at most `limit` of each, oldest first, without
        their packages. Runs that named no branch count with it; `main` None: no branch is known at all."""
        wanted: ColumnElement[bool] = FIGURES.c.branch.is_(None)
        if main is not None:
            unnamed = and_(FIGURES.c.branch.is_(None), FIGURES.c.source == Source.RUN.value)
            wanted = or_(FIGURES.c.branch == main, unnamed)
        latest = select(*_LIGHT).where(FIGURES.c.repo == repo.lower(), wanted)
        latest = latest.order_by(FIGURES.c.at.desc(), FIGURES.c.id.desc()).limit(limit)
        found = {}
        with self._database.transaction() as connection:
            for service in dict.fromkeys(services):
                rows = connection.execute(latest.where(FIGURES.c.service == service)).all()
                found[service] = tuple(map(_figure, reversed(rows)))
        return found

    def whole(self, ids: Iterable[str]) -> tuple[Figure, ...]:
        """The figures of these ids with their packages, in no order."""
        wanted, found = sorted(set(ids)), []
        with self._database.transaction() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                query = select(FIGURES).where(FIGURES.c.id.in_(wanted[start : start + _AT_ONCE]))
                found += [_figure(row) for row in connection.execute(query)]
        return tuple(found)

    def services(self, repo: str) -> tuple[str, ...]:
        """The services of a repo that ever had a figure, by name."""
        query = select(FIGURES.c.service).where(FIGURES.c.repo == repo.lower()).distinct()
        with self._database.transaction() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def count(self) -> int:
        """How many figures are kept."""
        with self._database.transaction() as connection:
            return int(connection.execute(select(func.count()).select_from(FIGURES)).scalar_one())

    def thin(self, now: float, keep: Retention) -> int:
        """Forget what may go at a time (seconds since the epoch); how many figures that were."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(*_LIGHT)).all()
            gone = [figure.id for figure in forgettable(map(_figure, rows), now, keep)]
            for start in range(0, len(gone), _AT_ONCE):
                connection.execute(delete(FIGURES).where(FIGURES.c.id.in_(gone[start : start + _AT_ONCE])))
        return len(gone)


def _figure(row: Row[Any]) -> Figure:
    values = dict(row._mapping)
    values["source"] = Source(values["source"])
    values["packages"] = tuple(PackageFigure(*package) for package in values.get("packages", ()))
    return Figure(**values)
