"""What people have set for a channel: how questions are treated there, and what is meant there by default."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select, update

from bot.store.audit_tables import CHANNEL_SETTINGS
from bot.store.database import Database
from bot.store.question_tables import CHANNELS


@dataclass(frozen=True, slots=True)
class StoredMode:
    """A channel's mode, who set it, and when, in seconds since the epoch."""

    id: str
    mode: str
    changed_by: str | None
    at: float


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What people have set for a channel; None: as covcheck was set up.

    `repo` and `namespace` are meant where none is named, `unfurl` is whether links are shown as cards,
    `zone` and `minimum` (percentage points) are offered for digests. `version` rises by one with each change,
    `changed_in` is the job that made the last, `at` its time in seconds since the epoch.
    """

    id: str
    repo: str | None = None
    namespace: str | None = None
    unfurl: bool | None = None
    zone: str | None = None
    minimum: float | None = None
    version: int = 0
    changed_by: str | None = None
    changed_in: str = ""
    at: float = 0.0


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

    def settings(self, channel: str) -> ChannelSettings:
        """What people have set for a channel; of one where nobody has, version 0 with nothing in it."""
        with self._database.transaction() as connection:
            return _settings(connection, channel)

    def change(self, made: ChannelSettings) -> ChannelSettings:
        """Put settings in the place of the version before their own, and give them as they then stand.

        The first job wins: compare `changed_in` with yours.
        """
        values = asdict(made)
        with self._database.transaction() as connection:
            if made.version == 1:
                self._database.insert_once(connection, CHANNEL_SETTINGS, values)
            else:
                before = CHANNEL_SETTINGS.c.version == made.version - 1
                same = CHANNEL_SETTINGS.c.id == made.id
                connection.execute(update(CHANNEL_SETTINGS).where(same, before).values(**values))
            return _settings(connection, made.id)


def _settings(connection: Connection, channel: str) -> ChannelSettings:
    query = select(CHANNEL_SETTINGS).where(CHANNEL_SETTINGS.c.id == channel)
    row = connection.execute(query).one_or_none()
    return ChannelSettings(channel) if row is None else ChannelSettings(**row._mapping)
