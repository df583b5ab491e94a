"""Figures of coverage over time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figures",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("repo", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("branch", sa.Text, nullable=True),
        sa.Column("commit", sa.String(64), nullable=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("statements", sa.BigInteger, nullable=False),
        sa.Column("covered", sa.BigInteger, nullable=False),
        sa.Column("packages", sa.JSON, nullable=False),
    )
    op.create_index("ix_figures_repo_service_at", "figures", ["repo", "service", "at"])
    op.create_index("ix_figures_at", "figures", ["at"])


def downgrade() -> None:
    op.drop_table("figures")
