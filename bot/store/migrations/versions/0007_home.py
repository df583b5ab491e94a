"""What home tabs show: what people follow and asked about, the latest looks, whose tab is open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "following",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("repo", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("since", sa.Float, nullable=False),
    )
    op.create_index("ix_following_repo_service", "following", ["repo", "service"])
    op.create_table(
        "asked_about",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("repo", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "looks",
        sa.Column("repo", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("by", sa.String(16), primary_key=True),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=True),
        sa.Column("commit", sa.String(64), nullable=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("statements", sa.BigInteger, nullable=True),
        sa.Column("covered", sa.BigInteger, nullable=True),
    )
    op.create_index("ix_looks_job_id", "looks", ["job_id"])
    op.create_table(
        "homes",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("shown_at", sa.Float, nullable=False),
    )
    op.create_index("ix_runs_asked_by_started_at", "runs", ["asked_by", "started_at"])
    op.create_index("ix_cases_asked_by_state", "cases", ["asked_by", "state"])
    op.create_index("ix_figures_repo_branch", "figures", ["repo", "branch"])


def downgrade() -> None:
    op.drop_index("ix_figures_repo_branch", "figures")
    op.drop_index("ix_cases_asked_by_state", "cases")
    op.drop_index("ix_runs_asked_by_started_at", "runs")
    for name in ("homes", "looks", "asked_about", "following"):
        op.drop_table(name)
