"""Questions, feedback on answers, who was asked, and modes of channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=True),
        sa.Column("asked_by", sa.String(64), nullable=True),
        sa.Column("heard", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("article", sa.Text, nullable=True),
        sa.Column("service", sa.Text, nullable=True),
        sa.Column("sure", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_questions_at", "questions", ["at"])
    op.create_table(
        "feedback",
        sa.Column("answer_id", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("vote", sa.String(16), nullable=False),
        sa.Column("article", sa.Text, nullable=True),
        sa.Column("key", sa.String(32), nullable=True),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_feedback_key", "feedback", ["key"])
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_table(
        "escalations",
        sa.Column("answer_id", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(64), nullable=True),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_escalations_at", "escalations", ["at"])
    op.create_table(
        "channels",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=True),
        sa.Column("at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    for name in ("channels", "escalations", "feedback", "questions"):
        op.drop_table(name)
