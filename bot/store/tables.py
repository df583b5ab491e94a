"""The tables: answers that were given, and every Slack message a job means to post."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Index, MetaData, String, Table, Text, func

METADATA = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(column_0_label)s", "uq": "uq_%(column_0_name)s"}
)

ANSWERS = Table(
    "answers",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the job's id; buttons carry it"),
    Column("kind", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("thread", String(32), nullable=True),
    Column("service", Text, nullable=True),
    Column("repo", Text, nullable=False),
    Column("ref", Text, nullable=True),
    Column("commit", String(64), nullable=True),
    Column("status", String(16), nullable=False),
    Column("payload", JSON, nullable=False, doc="what the Details button posts, ready to send"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_answers_created_at", "created_at"),
)

POSTS = Table(
    "posts",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("key", String(32), primary_key=True, doc="which of the job's messages"),
    Column("ts", String(32), nullable=True, doc="None: meant to be posted, perhaps posted"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

CLAIMS = Table(
    "claims",
    METADATA,
    Column("answer_id", String(64), primary_key=True),
    Column("what", String(32), primary_key=True),
    Column("job_id", String(64), nullable=False, doc="the one job that does it"),
)
