"""Which files and directories of a repo belong to which service, by the last check of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from bot.store.audit_tables import SERVICE_FILES
from bot.store.database import Database
from bot.store.following import About

MAX_FILES = 120
MAX_PATH = 300
MOST_SERVICES = 500


class ServiceFiles:
    """Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, what: About, paths: Iterable[str], at: float) -> None:
        """Keep a service's files in the place of older ones; at most MAX_FILES, in the order they come in."""
        held = [path for path in dict.fromkeys(paths) if 0 < len(path) <= MAX_PATH][:MAX_FILES]
        values = {"repo": what.repo, "service": what.service, "paths": held, "at": at}
        with self._database.transaction() as connection:
            self._database.put(connection, SERVICE_FILES, values, newer="at")

    def of(self, repo: str) -> Mapping[str, tuple[str, ...]]:
        """Service -> its files, of a repo as `About` names it; of more than 500 services those by name."""
        query = select(SERVICE_FILES.c.service, SERVICE_FILES.c.paths).where(SERVICE_FILES.c.repo == repo)
        query = query.order_by(SERVICE_FILES.c.service).limit(MOST_SERVICES)
        with self._database.transaction() as connection:
            return {str(name): tuple(map(str, paths)) for name, paths in connection.execute(query)}
