"""Captured articles, the truth for all replicas. Each change is bound to the version it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.store.database import Database
from bot.store.tables import CAPTURES

MOST_NAMES = 200
"""How many ids of one base are tried for a new article before it gets one that cannot be taken."""


class CaptureState(StrEnum):
    """A reviewer confirms or rejects a draft; an edit makes a draft of it again; rejected is the end."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A captured article: `data` is its Markdown, `fields` what it was made of. `changed_in` is the job of
    the last change. Times in seconds since the epoch."""

    id: str
    article: str
    fields: Mapping[str, Any]
    data: str
    channel: str
    thread: str | None = None
    case_id: str | None = None
    made_by: str | None = None
    made_at: float = 0.0
    state: str = CaptureState.DRAFT.value
    version: int = 1
    changed_by: str | None = None
    changed_in: str = ""
    changed_at: float = 0.0

    @property
    def sha(self) -> str:
        """SHA-256 of `data` in UTF-8."""
        return hashlib.sha256(self.data.encode()).hexdigest()


class CaptureStore:
    """The captures of one installation. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, capture: StoredCapture, data_of: Callable[[str], str], taken: frozenset[str] = frozenset()
    ) -> StoredCapture:
        """Keep a new draft and give it; where its thread has one that was not rejected, give that one.

        Its article gets the id it has, or that with a number behind when another capture, or `taken` (the
        documents that are not captures), has it. `data_of` makes the Markdown for an id.
        """
        with self._database.transaction() as connection:
            _one_by_one(connection, f"{capture.channel} {capture.thread}")
            known = _of_thread(connection, capture.channel, capture.thread)
            known = _get(connection, capture.id) or known
            if known is not None:
                return known
            for number in range(1, MOST_NAMES + 2):
                name = _name(capture, number)
                made = replace(capture, article=name, data=data_of(name), changed_in=capture.id)
                if name not in taken and self._database.insert_once(connection, CAPTURES, _values(made)):
                    return made
        raise ValueError("no id is free")  # the last one tried holds the capture's own id

    def get(self, capture_id: str) -> StoredCapture | None:
        """The capture of that id."""
        with self._database.transaction() as connection:
            return _get(connection, capture_id)

    def change(self, made: StoredCapture, version: int, job_id: str) -> StoredCapture | None:
        """Put a changed capture in the place of its `version` and give the capture as it then stands.

        The first job wins: compare `changed_in` with your job. A rejected one is never changed. None when
        there is no such capture.
        """
        changed = replace(made, version=version + 1, changed_in=job_id)
        values = {k: v for k, v in _values(changed).items() if k not in ("id", "article")}
        with self._database.transaction() as connection:
            connection.execute(
                update(CAPTURES)
                .where(
                    CAPTURES.c.id == made.id,
                    CAPTURES.c.version == version,
                    CAPTURES.c.state != CaptureState.REJECTED.value,
                )
                .values(**values)
            )
            return _get(connection, made.id)

    def in_thread(self, channel: str, thread: str) -> StoredCapture | None:
        """The capture of a thread that was not rejected."""
        with self._database.transaction() as connection:
            return _of_thread(connection, channel, thread)

    def shas(self) -> dict[str, str]:
        """Article id -> SHA-256 of its Markdown, of every capture that was not rejected."""
        query = select(CAPTURES.c.slot, CAPTURES.c.sha).where(CAPTURES.c.slot.is_not(None))
        with self._database.transaction() as connection:
            return {str(name): str(sha) for name, sha in connection.execute(query)}

    def documents(self) -> dict[str, bytes]:
        """Article id -> Markdown, of every capture that was not rejected."""
        query = select(CAPTURES.c.slot, CAPTURES.c.data).where(CAPTURES.c.slot.is_not(None))
        with self._database.transaction() as connection:
            return {str(name): str(data).encode() for name, data in connection.execute(query)}


def _name(capture: StoredCapture, number: int) -> str:
    """The number-th id that is tried for a new article."""
    if number == 1:
        return capture.article
    return f"{capture.article}-{capture.id[:16] if number > MOST_NAMES else number}"


def _values(capture: StoredCapture) -> dict[str, Any]:
    rejected = capture.state == CaptureState.REJECTED
    return {**asdict(capture), "sha": capture.sha, "slot": None if rejected else capture.article}


def _get(connection: Connection, capture_id: str) -> StoredCapture | None:
    row = connection.execute(select(CAPTURES).where(CAPTURES.c.id == capture_id)).one_or_none()
    return None if row is None else _capture(row._mapping)


def _of_thread(connection: Connection, channel: str, thread: str | None) -> StoredCapture | None:
    query = select(CAPTURES).where(
        CAPTURES.c.channel == channel, CAPTURES.c.thread == thread, CAPTURES.c.slot.is_not(None)
    )
    row = connection.execute(query.order_by(CAPTURES.c.made_at, CAPTURES.c.id).limit(1)).first()
    return None if row is None else _capture(row._mapping)


def _one_by_one(connection: Connection, what: str) -> None:
    """Let one transaction at a time go on with a thing; on SQLite every transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def _capture(row: Mapping[Any, Any]) -> StoredCapture:
    return StoredCapture(**{str(k): v for k, v in row.items() if k not in ("slot", "sha")})
