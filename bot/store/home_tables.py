"""What home tabs show: what people follow and asked about, the latest looks, whose tab is open."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, String, Table, Text

from bot.store.tables import METADATA

FOLLOWING = Table(
    "following",
    METADATA,
    Column("person", String(64), primary_key=True),
    Column("repo", Text, primary_key=True, doc="owner/name in small letters, or a directory"),
    Column("service", Text, primary_key=True),
    Column("since", Float, nullable=False, doc="seconds since the epoch"),
    Index("ix_following_repo_service", "repo", "service"),
)

ASKED = Table(
    "asked_about",
    METADATA,
    Column("person", String(64), primary_key=True),
    Column("repo", Text, primary_key=True, doc="as in following"),
    Column("service", Text, primary_key=True),
    Column("channel", String(32), nullable=False, doc="where it was asked the last time"),
    Column("at", Float, nullable=False, doc="when it was asked the last time, seconds since the epoch"),
)

LOOKS = Table(
    "looks",
    METADATA,
    Column("repo", Text, primary_key=True, doc="as in following"),
    Column("service", Text, primary_key=True),
    Column("by", String(16), primary_key=True, doc="check or run"),
    Column("job_id", String(64), nullable=False, doc="the check or the run"),
    Column("status", String(16), nullable=False, doc="of the diagnosis"),
    Column("summary", Text, nullable=False, doc="the first cause in a sentence, empty where none was found"),
    Column("ref", Text, nullable=True),
    Column("commit", String(64), nullable=True),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
    Column("statements", BigInteger, nullable=True, doc="of a run that gave a figure"),
    Column("covered", BigInteger, nullable=True),
    Index("ix_looks_job_id", "job_id"),
)

HOMES = Table(
    "homes",
    METADATA,
    Column("person", String(64), primary_key=True),
    Column("opened_at", Float, nullable=False, doc="when it was opened last, seconds since the epoch"),
    Column("shown_at", Float, nullable=False, doc="of when the latest content is"),
)
