"""The audit log, what is set for a channel, and which files belong to a service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SQLITE = """CREATE TRIGGER audit_append_only BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"""
_POSTGRES = (
    """CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER audit_append_only BEFORE UPDATE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("who", sa.String(64), nullable=True),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_who_at", "audit", ["who", "at"])
    for statement in _POSTGRES if _is_postgres() else (_SQLITE,):
        op.execute(statement)
    op.create_table(
        "channel_settings",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("repo", sa.Text, nullable=True),
        sa.Column("namespace", sa.String(63), nullable=True),
        sa.Column("unfurl", sa.Boolean, nullable=True),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("minimum", sa.Float, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=True),
        sa.Column("changed_in", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "service_files",
        sa.Column("repo", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("paths", sa.JSON, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    for name in ("service_files", "channel_settings", "audit"):
        op.drop_table(name)
    if _is_postgres():
        op.execute("DROP FUNCTION audit_append_only()")


def _is_postgres() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
