"""Which processes carry out jobs: each counts its beats, so that the others see when it has died."""

from __future__ import annotations

from sqlalchemy import delete, select

from bot.store.database import Database
from bot.store.schedule_tables import REPLICAS


class Replicas:
    """The processes of one installation. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, executor: str, number: int) -> None:
        """Note that a process lives; the number rises with each beat."""
        with self._database.transaction() as connection:
            self._database.put(connection, REPLICAS, {"id": executor, "beat": number})

    def beats(self) -> dict[str, int]:
        """The last beat of each process that has not said that it ends."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(REPLICAS.c.id, REPLICAS.c.beat))
            return {str(id): int(beat) for id, beat in rows}

    def forget(self, executor: str) -> None:
        """Note that a process has ended."""
        with self._database.transaction() as connection:
            connection.execute(delete(REPLICAS).where(REPLICAS.c.id == executor))
