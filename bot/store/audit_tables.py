"""The tables of the audit log, of what people set for a channel, and of which files belong to a service."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from bot.store.tables import METADATA

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", String(128), primary_key=True, doc="the request and what it changed: one entry each"),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
    Column("by", String(16), nullable=False, doc="person, ci, clock or command line"),
    Column("who", String(64), nullable=True, doc="the Slack id, or the name at the terminal"),
    Column("channel", String(32), nullable=True),
    Column("what", String(32), nullable=False),
    Column("about", Text, nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("request", String(64), nullable=False, doc="the job's id"),
    Index("ix_audit_at", "at"),
    Index("ix_audit_who_at", "who", "at"),
)

CHANNEL_SETTINGS = Table(
    "channel_settings",
    METADATA,
    Column("id", String(32), primary_key=True, doc="the channel"),
    Column("repo", Text, nullable=True, doc="None: as it was set up"),
    Column("namespace", String(63), nullable=True),
    Column("unfurl", Boolean, nullable=True),
    Column("zone", String(64), nullable=True, doc="of the IANA database"),
    Column("minimum", Float, nullable=True, doc="percentage points that count as moved"),
    Column("version", Integer, nullable=False, doc="rises by one with each change"),
    Column("changed_by", String(64), nullable=True),
    Column("changed_in", String(64), nullable=False, doc="the job of the last change"),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
)

SERVICE_FILES = Table(
    "service_files",
    METADATA,
    Column("repo", Text, primary_key=True, doc="as in looks"),
    Column("service", Text, primary_key=True),
    Column("paths", JSON, nullable=False, doc="what its last check read of it: files and directories"),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
)
