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
    Index("ix_runs_asked_by_started_at", "asked_by", "started_at"),
)

CASES = Table(
    "cases",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the id of the job whose answer opened it"),
    Column("kind", String(16), nullable=False, doc="check, live, request or question"),
    Column("channel", String(32), nullable=False),
    Column("thread", String(32), nullable=True),
    Column("repo", Text, nullable=False, doc="empty where no repo was read"),
    Column("service", Text, nullable=True),
    Column("ref", Text, nullable=True, doc="as it was asked; None: the default branch"),
    Column("commit", String(64), nullable=True),
    Column("rule", Text, nullable=True, doc="of the first cause"),
    Column("effect", String(16), nullable=True, doc="of the first cause"),
    Column("symptom", String(16), nullable=True),
    Column("summary", Text, nullable=False),
    Column("fix", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("evidence", JSON, nullable=False, doc="[path, line, end_line, url] of the first cause"),
    Column("asked_by", String(64), nullable=True),
    Column("article", Text, nullable=True, doc="the article that was given as the answer"),
    Column("state", String(16), nullable=False, doc="open, then solved or closed"),
    Column("opened_at", Float, nullable=False, doc="seconds since the epoch"),
    Column("solved_at", Float, nullable=True),
    Column("solved_by", String(16), nullable=True, doc="run or check"),
    Column("proof_id", String(64), nullable=True, doc="the id of the run or check"),
    Column("proof", JSON, nullable=True),
    Column("open_key", String(64), nullable=True, doc="what it is about, while it is open: one case each"),
    Index("ix_cases_open_key", "open_key", unique=True),
    Index("ix_cases_rule_solved_at", "rule", "solved_at"),
    Index("ix_cases_opened_at", "opened_at"),
    Index("ix_cases_channel_thread", "channel", "thread"),
    Index("ix_cases_asked_by_state", "asked_by", "state"),
)

CAPTURES = Table(
    "captures",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the id of the job that kept it first"),
    Column("article", String(180), nullable=False, doc="the article's id"),
    Column("slot", String(180), nullable=True, doc="the article's id unless rejected: one capture each"),
    Column("state", String(16), nullable=False, doc="draft, confirmed or rejected"),
    Column("version", Integer, nullable=False, doc="rises by one with each change"),
    Column("fields", JSON, nullable=False, doc="what the modal holds, and what the article cites"),
    Column("data", Text, nullable=False, doc="the article as Markdown"),
    Column("sha", String(64), nullable=False, doc="SHA-256 of data in UTF-8"),
    Column("case_id", String(64), nullable=True),
    Column("channel", String(32), nullable=False),
    Column("thread", String(32), nullable=True),
    Column("made_by", String(64), nullable=True),
    Column("changed_by", String(64), nullable=True),
    Column("changed_in", String(64), nullable=False, doc="the job of the last change"),
    Column("made_at", Float, nullable=False, doc="seconds since the epoch"),
    Column("changed_at", Float, nullable=False),
    Index("ix_captures_slot", "slot", unique=True),
)
