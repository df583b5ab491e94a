"""The table of artifacts of GitHub Actions that were looked into, each once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from bot.store.tables import METADATA

ARTIFACTS = Table(
    "artifacts",
    METADATA,
    Column("repo", String(141), primary_key=True, doc="owner/name, in small letters"),
    Column("id", BigInteger, primary_key=True, autoincrement=False, doc="GitHub's own"),
    Column("name", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("status", String(16), nullable=False, doc="taken, refused, empty, or failed: to be tried again"),
    Column("reason", Text, nullable=False, doc="why it was not taken; empty when it was"),
    Column("figure", String(64), nullable=True, doc="the id of its figure"),
    Column("tries", Integer, nullable=False),
    Column("at", Float, nullable=False, doc="of the last try, seconds since the epoch"),
    Index("ix_artifacts_at", "at"),
)
