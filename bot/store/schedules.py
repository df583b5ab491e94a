"""Schedules of digests, the truth for all replicas, and what became of their slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from bot.store.database import Database
from bot.store.schedule_tables import SCHEDULES, SLOTS

SLOTS_KEPT = 400
"""So many slots of a schedule are kept, the latest."""
INCLUDE = ("moved", "no-data", "chart", "stale", "quality")
"""What a digest can include, in the order in which it is shown."""


class SlotStatus(StrEnum):
    """What became of a slot: posted, a quiet line, skipped (it came too late), or it could not be posted."""

    POSTED = "posted"
    QUIET = "quiet"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel gets its digest, and of what.

    `services` empty: all of the repo; `weekdays` are numbers from Monday 0; `at` is `HH:MM` in `zone`;
    `minimum` in percentage points; `include` is of INCLUDE. `version` rises by one with each change and
    `changed_in` is the job that made it. Times in seconds since the epoch.
    """

    id: str
    channel: str
    repo: str
    services: tuple[str, ...]
    weekdays: tuple[int, ...]
    at: str
    zone: str
    minimum: float
    include: tuple[str, ...]
    created_by: str | None
    created_at: float
    changed_by: str | None
    changed_at: float
    paused: bool = False
    version: int = 1
    changed_in: str = ""

    def switched(self, paused: bool, *, by: str | None, at: float, job_id: str) -> Schedule:
        """The next version of it: paused, or taken up again, by a person (None: by the bot itself)."""
        version = self.version + 1
        return replace(self, paused=paused, version=version, changed_by=by, changed_at=at, changed_in=job_id)


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a schedule that is over; `slot` is its own time, `at` when it was dealt with, `ts` the
    message in the schedule's channel if there is one."""

    schedule_id: str
    slot: float
    status: SlotStatus
    at: float
    ts: str | None = None


class Schedules:
    """The schedules of one installation. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, schedule: Schedule) -> Schedule | None:
        """Keep a new schedule (version 1), or a change in the place of the version before its own.

        Gives the schedule as it then stands; None when it is not there any more. The first job wins: compare
        `changed_in` with yours.
        """
        values = _values(schedule)
        with self._database.transaction() as connection:
            if schedule.version == 1:
                self._database.insert_once(connection, SCHEDULES, values)
            else:
                mine = (SCHEDULES.c.id == schedule.id, SCHEDULES.c.version == schedule.version - 1)
                connection.execute(update(SCHEDULES).where(*mine).values(**values))
            return _get(connection, schedule.id)

    def get(self, schedule_id: str) -> Schedule | None:
        """The schedule of that id."""
        with self._database.transaction() as connection:
            return _get(connection, schedule_id)

    def all(self) -> tuple[Schedule, ...]:
        """Every schedule, paused ones too, the oldest first."""
        return self._found(select(SCHEDULES))

    def of_channel(self, channel: str) -> tuple[Schedule, ...]:
        """The schedules that post in a channel, the oldest first."""
        return self._found(select(SCHEDULES).where(SCHEDULES.c.channel == channel))

    def of_person(self, person: str) -> tuple[Schedule, ...]:
        """The schedules that a person made, the oldest first."""
        return self._found(select(SCHEDULES).where(SCHEDULES.c.created_by == person))

    def versions(self) -> dict[str, int]:
        """The version of each schedule by its id: whether something changed, cheaply."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(SCHEDULES.c.id, SCHEDULES.c.version))
            return {str(id): int(version) for id, version in rows}

    def remove(self, schedule_id: str) -> Schedule | None:
        """Forget a schedule and its slots; gives it as it stood, None when it was not there."""
        with self._database.transaction() as connection:
            known = _get(connection, schedule_id)
            connection.execute(delete(SCHEDULES).where(SCHEDULES.c.id == schedule_id))
            connection.execute(delete(SLOTS).where(SLOTS.c.schedule_id == schedule_id))
            return known

    def record(self, slot: Slot) -> None:
        """Note what became of a slot; the first to say so is believed. Old slots are forgotten."""
        with self._database.transaction() as connection:
            if _get(connection, slot.schedule_id) is None:
                return
            self._database.insert_once(connection, SLOTS, {**asdict(slot), "status": slot.status.value})
            oldest = select(SLOTS.c.slot).where(SLOTS.c.schedule_id == slot.schedule_id)
            oldest = oldest.order_by(SLOTS.c.slot.desc()).offset(SLOTS_KEPT).limit(1)
            bound = connection.execute(oldest).scalar_one_or_none()
            if bound is not None:
                old = (SLOTS.c.schedule_id == slot.schedule_id, SLOTS.c.slot <= bound)
                connection.execute(delete(SLOTS).where(*old))

    def slot(self, schedule_id: str, slot: float) -> Slot | None:
        """What became of a slot; None when nothing is known of it."""
        query = select(SLOTS).where(SLOTS.c.schedule_id == schedule_id, SLOTS.c.slot == slot)
        with self._database.transaction() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _slot(row._mapping)

    def slots(self, schedule_id: str, limit: int = 50) -> tuple[Slot, ...]:
        """What became of the latest slots, the latest first."""
        query = select(SLOTS).where(SLOTS.c.schedule_id == schedule_id)
        query = query.order_by(SLOTS.c.slot.desc()).limit(limit)
        with self._database.transaction() as connection:
            return tuple(_slot(row._mapping) for row in connection.execute(query))

    def latest_slots(self) -> dict[str, float]:
        """The latest slot of each schedule that something is known of."""
        latest = select(SLOTS.c.schedule_id, func.max(SLOTS.c.slot)).group_by(SLOTS.c.schedule_id)
        with self._database.transaction() as connection:
            return {str(id): float(slot) for id, slot in connection.execute(latest)}

    def _found(self, query: Select[Any]) -> tuple[Schedule, ...]:
        query = query.order_by(SCHEDULES.c.created_at, SCHEDULES.c.id)
        with self._database.transaction() as connection:
            return tuple(schedule_of(row._mapping) for row in connection.execute(query))


def _get(connection: Connection, schedule_id: str) -> Schedule | None:
    row = connection.execute(select(SCHEDULES).where(SCHEDULES.c.id == schedule_id)).one_or_none()
    return None if row is None else schedule_of(row._mapping)


def _values(schedule: Schedule) -> dict[str, Any]:
    lists = {name: list(getattr(schedule, name)) for name in ("services", "weekdays", "include")}
    return {**asdict(schedule), **lists}


def schedule_of(values: Mapping[Any, Any]) -> Schedule:
    """A schedule of its fields as plain values (`dataclasses.asdict`, a row of the table)."""
    fields: dict[str, Any] = {str(name): value for name, value in values.items()}
    for name in ("services", "weekdays", "include"):
        fields[name] = tuple(fields[name])
    return Schedule(**fields)


def _slot(row: Mapping[Any, Any]) -> Slot:
    return Slot(**{**{str(name): value for name, value in row.items()}, "status": SlotStatus(row["status"])})
