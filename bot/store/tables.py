"""The tables: answers that were given, every Slack message a job means to post, live runs and their plans."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text, func

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

PLANS = Table(
    "plans",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the id of the job that made it; its buttons carry it"),
    Column("payload", JSON, nullable=False, doc="the plan, what was asked, and its message in Slack"),
    Column("digest", String(64), nullable=False, doc="what a confirmation is bound to"),
    Column("expires_at", Float, nullable=False, doc="seconds since the epoch"),
    Column("asked_by", String(64), nullable=True),
    Column("state", String(16), nullable=False, doc="open, then confirmed, cancelled or expired"),
    Column("settled_by", String(64), nullable=True, doc="the one job that ended the open state"),
    Column("settled_for", String(64), nullable=True, doc="the person whose press it was"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the id of the job that ran it"),
    Column("service", Text, nullable=False),
    Column("repo", Text, nullable=True),
    Column("commit", String(64), nullable=True),
    Column("ref", Text, nullable=True),
    Column("cluster", Text, nullable=False),
    Column("namespace", Text, nullable=False),
    Column("target", Text, nullable=False, doc="deployment/NAME"),
    Column("started_at", Float, nullable=False, doc="seconds since the epoch"),
    Column("seconds", Float, nullable=False),
    Column("status", String(16), nullable=False, doc="of the diagnosis, or FAILED"),
    Column("symptom", String(16), nullable=True),
    Column("statements", Integer, nullable=True),
    Column("covered", Integer, nullable=True),
    Column("packages", JSON, nullable=False, doc="[path, statements, covered], the largest first"),
    Column("causes", JSON, nullable=False),
    Column("result", JSON, nullable=False, doc="what else is told of it, cut to a bound"),
    Column("asked_by", String(64), nullable=True),
    Index("ix_runs_service_started_at", "service", "started_at"),
)
