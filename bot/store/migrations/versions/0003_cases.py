"""Cases that stay open until a run or a check proves them solved, and articles captured from threads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=True),
        sa.Column("repo", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=True),
        sa.Column("ref", sa.Text, nullable=True),
        sa.Column("commit", sa.String(64), nullable=True),
        sa.Column("rule", sa.Text, nullable=True),
        sa.Column("effect", sa.String(16), nullable=True),
        sa.Column("symptom", sa.String(16), nullable=True),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("fix", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=True),
        sa.Column("article", sa.Text, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("solved_at", sa.Float, nullable=True),
        sa.Column("solved_by", sa.String(16), nullable=True),
        sa.Column("proof_id", sa.String(64), nullable=True),
        sa.Column("proof", sa.JSON, nullable=True),
        sa.Column("open_key", sa.String(64), nullable=True),
    )
    op.create_index("ix_cases_open_key", "cases", ["open_key"], unique=True)
    op.create_index("ix_cases_rule_solved_at", "cases", ["rule", "solved_at"])
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"])
    op.create_index("ix_cases_channel_thread", "cases", ["channel", "thread"])
    op.create_table(
        "captures",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("article", sa.String(180), nullable=False),
        sa.Column("slot", sa.String(180), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=True),
        sa.Column("made_by", sa.String(64), nullable=True),
        sa.Column("changed_by", sa.String(64), nullable=True),
        sa.Column("changed_in", sa.String(64), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
    )
    op.create_index("ix_captures_slot", "captures", ["slot"], unique=True)


def downgrade() -> None:
    for name in ("captures", "cases"):
        op.drop_table(name)
