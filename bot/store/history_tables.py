"""The table of figures: a service's coverage at a commit, wherever it was measured."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Float, Index, String, Table, Text

from bot.store.tables import METADATA

FIGURES = Table(
    "figures",
    METADATA,
    Column("id", String(64), primary_key=True, doc="the same for the same figure handed in again"),
    Column("repo", Text, nullable=False, doc="owner/name, in small letters"),
    Column("service", Text, nullable=False),
    Column("branch", Text, nullable=True),
    Column("commit", String(64), nullable=True),
    Column("at", Float, nullable=False, doc="when it was measured, seconds since the epoch"),
    Column("source", String(16), nullable=False, doc="run, push or actions"),
    Column("statements", BigInteger, nullable=False),
    Column("covered", BigInteger, nullable=False),
    Column("packages", JSON, nullable=False, doc="[path, statements, covered], the largest first"),
    Index("ix_figures_repo_service_at", "repo", "service", "at"),
    Index("ix_figures_at", "at"),
    Index("ix_figures_repo_branch", "repo", "branch"),
)
