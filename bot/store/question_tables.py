"""The tables of questions: what was asked, what people said of answers, who was asked, modes of channels."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, String, Table, Text

from bot.store.tables import METADATA

QUESTIONS = Table(
    "questions",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the id of the job that answers it"),
    Column("channel", String(32), nullable=False),
    Column("thread", String(32), nullable=True),
    Column("asked_by", String(64), nullable=True),
    Column("heard", String(16), nullable=False, doc="mention, direct, suggest or answer"),
    Column("text", Text, nullable=False, doc="without secrets, cut"),
    Column("key", String(32), nullable=False, doc="the same for the same question asked again"),
    Column("status", String(16), nullable=False, doc="answered or abstained"),
    Column("article", Text, nullable=True),
    Column("service", Text, nullable=True),
    Column("sure", Float, nullable=False),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
    Index("ix_questions_at", "at"),
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("answer_id", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("vote", String(16), nullable=False, doc="solved, not_helpful or human"),
    Column("article", Text, nullable=True, doc="the source of the answer"),
    Column("key", String(32), nullable=True, doc="of the question that it answered"),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
    Index("ix_feedback_key", "key"),
    Index("ix_feedback_at", "at"),
)

ESCALATIONS = Table(
    "escalations",
    METADATA,
    Column("answer_id", String(64), primary_key=True),
    Column("person", String(64), nullable=True, doc="who wanted the owners to be asked"),
    Column("asked", String(64), nullable=False, doc="the channel, group or person that was asked"),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
    Index("ix_escalations_at", "at"),
)

CHANNELS = Table(
    "channels",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("mode", String(16), nullable=False),
    Column("changed_by", String(64), nullable=True),
    Column("at", Float, nullable=False, doc="seconds since the epoch"),
)
