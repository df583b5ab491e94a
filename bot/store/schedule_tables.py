"""The tables of digests: their schedules and what became of each slot; and the processes that take jobs."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from bot.store.tables import METADATA

SCHEDULES = Table(
    "schedules",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the id of the job that kept it first"),
    Column("channel", String(32), nullable=False),
    Column("repo", Text, nullable=False),
    Column("services", JSON, nullable=False, doc="names; empty: all"),
    Column("weekdays", JSON, nullable=False, doc="numbers from Monday 0"),
    Column("at", String(5), nullable=False, doc="HH:MM in the zone"),
    Column("zone", String(64), nullable=False, doc="of the IANA database"),
    Column("minimum", Float, nullable=False, doc="percentage points that count as moved"),
    Column("include", JSON, nullable=False),
    Column("created_by", String(64), nullable=True),
    Column("created_at", Float, nullable=False, doc="seconds since the epoch"),
    Column("changed_by", String(64), nullable=True),
    Column("changed_at", Float, nullable=False),
    Column("changed_in", String(64), nullable=False, doc="the job of the last change"),
    Column("paused", Boolean, nullable=False),
    Column("version", Integer, nullable=False, doc="rises by one with each change"),
    Index("ix_schedules_channel", "channel"),
    Index("ix_schedules_created_by", "created_by"),
)

SLOTS = Table(
    "slots",
    METADATA,
    Column("schedule_id", String(64), primary_key=True),
    Column("slot", Float, primary_key=True, doc="its time, seconds since the epoch"),
    Column("status", String(16), nullable=False, doc="posted, quiet, skipped or failed"),
    Column("at", Float, nullable=False, doc="when that came of it, seconds since the epoch"),
    Column("ts", String(32), nullable=True, doc="the digest's message"),
)

REPLICAS = Table(
    "replicas",
    METADATA,
    Column("id", String(128), primary_key=True, doc="the executor's name of one process"),
    Column("beat", Integer, nullable=False, doc="rises while the process lives"),
)
