"""Schedules of digests, what became of their slots, and the processes that take jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("repo", sa.Text, nullable=False),
        sa.Column("services", sa.JSON, nullable=False),
        sa.Column("weekdays", sa.JSON, nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("minimum", sa.Float, nullable=False),
        sa.Column("include", sa.JSON, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=True),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=True),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.Column("changed_in", sa.String(64), nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_schedules_channel", "schedules", ["channel"])
    op.create_index("ix_schedules_created_by", "schedules", ["created_by"])
    op.create_table(
        "slots",
        sa.Column("schedule_id", sa.String(64), primary_key=True),
        sa.Column("slot", sa.Float, primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("ts", sa.String(32), nullable=True),
    )
    op.create_table(
        "replicas",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("beat", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for name in ("replicas", "slots", "schedules"):
        op.drop_table(name)
