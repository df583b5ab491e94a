"""How questions are treated in each channel, where people have said so."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select

from bot.store.database import Database
from bot.store.question_tables import CHANNELS


@dataclass(frozen=True, slots=True)
class StoredMode:
    """A channel's mode, who set it, and when, in seconds since the epoch."""

    id: str
    mode: str
    changed_by: str | None
    at: float


class Channels:
    """Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, mode: StoredMode) -> None:
        """Store a channel's mode; one that is older than what stands there changes nothing."""
        with self._database.transaction() as connection:
            self._database.put(connection, CHANNELS, asdict(mode), newer="at")

    def mode(self, channel: str) -> StoredMode | None:
        """What people have set for a channel, or None."""
        with self._database.transaction() as connection:
            row = connection.execute(select(CHANNELS).where(CHANNELS.c.id == channel)).one_or_none()
        return None if row is None else StoredMode(**row._mapping)
