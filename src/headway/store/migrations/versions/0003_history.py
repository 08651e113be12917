"""Estimates and curves beside each job's progress; finished runs of statements."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("job_progress", sa.Column("estimate", sa.Text))
    op.add_column("job_progress", sa.Column("curve", sa.Text))
    op.create_table(
        "statement_runs",
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("project_id", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("shape", sa.String(64)),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_statement_runs"),
        sa.UniqueConstraint("job_id", name="uq_statement_runs_job_id"),
    )
    op.create_table(
        "scanned_tables",
        sa.Column("project_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("row_count", sa.Float, nullable=False),
        sa.Column("byte_count", sa.Float, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name", name="pk_scanned_tables"),
    )
    op.create_index("ix_scanned_tables_seen_at", "scanned_tables", ["seen_at"])
    op.create_index(
        "ix_statement_runs_fingerprint", "statement_runs", ["project_id", "fingerprint", "ended_at"]
    )
    op.create_index("ix_statement_runs_shape", "statement_runs", ["project_id", "shape", "ended_at"])
    op.create_index("ix_statement_runs_ended_at", "statement_runs", ["ended_at"])
