"""What the parts of the store share: transactions whose errors are ours, and rows that are put in once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError


class Database:
    """An engine with the two things that every part of the store does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction. Raises StoreError for whatever the database says."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
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


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
