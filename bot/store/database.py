"""What the parts of the store share: transactions whose errors are ours, and rows that are put in once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreError, StoreUnavailable


class Database:
    """An engine with the two things that every part of the store does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction. Raises StoreUnavailable when the database is away, full or locked, StoreError for
        whatever else it says."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            why = away(error)
            if why:
                raise StoreUnavailable(f"The store cannot be used now: {why}.") from error
            raise StoreError(f"The store failed: {type(error).__name__}.") from error

    def insert_once(self, connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
        """Put a row in unless there is one of its key; whether it was put in."""
        key = next(iter(table.primary_key.columns))
        statement = _insert(connection, table).values(**values).on_conflict_do_nothing().returning(key)
        return connection.execute(statement).first() is not None

    def put(
        self, connection: Connection, table: Table, values: Mapping[str, Any], newer: str | None = None
    ) -> bool:
        """Put a row in, in place of one with its key; whether it stands there now.

        `newer` names a column: a row that has a larger value in it stays.
        """
        keys = [column.name for column in table.primary_key.columns]
        statement = _insert(connection, table).values(**values)
        changed = {name: statement.excluded[name] for name in values if name not in keys}
        where = None if newer is None else table.c[newer] <= statement.excluded[newer]
        key = next(iter(table.primary_key.columns))
        done = statement.on_conflict_do_update(index_elements=keys, set_=changed, where=where)
        return connection.execute(done.returning(key)).first() is not None


_AWAY = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk cannot be written or read",
    "SQLITE_CANTOPEN": "the file cannot be opened",
    "SQLITE_READONLY": "the file cannot be written",
    "SQLITE_BUSY": "it is locked",
    "SQLITE_LOCKED": "it is locked",
}
NO_CONNECTION = "no connection to the server"
_FULL = ("53100", "53200")


def away(error: BaseException) -> str:
    """Why the database cannot be used now, in a clause; empty when the error is of another kind (a fault of
    ours). SQLite's result codes; for Postgres every operational error: no connection, shut down, no room."""
    if isinstance(error, PoolTimeout):
        return "all connections are taken"
    if not isinstance(error, DBAPIError):
        return ""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    if name:
        return next((why for code, why in _AWAY.items() if name.startswith(code)), "")
    if error.connection_invalidated or isinstance(error, OperationalError):
        full = getattr(error.orig, "sqlstate", None) in _FULL
        return "the server has no room" if full else NO_CONNECTION
    return ""


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
