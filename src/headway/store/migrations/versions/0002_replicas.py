"""Owners of jobs, progress that outlives a process, client tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("replica_id", sa.String(64)))
    op.add_column("jobs", sa.Column("client_token", sa.String(128)))
    op.add_column("jobs", sa.Column("request_digest", sa.String(64)))
    op.create_index("ix_jobs_replica", "jobs", ["replica_id", "state"])
    op.create_index("ix_jobs_ended_at", "jobs", ["ended_at"])
    op.create_index("uq_jobs_client_token", "jobs", ["project_id", "client_token"], unique=True)
    op.create_table(
        "job_progress",
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("fraction", sa.Float, nullable=False),
        sa.Column("snapshot", sa.Text),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_progress"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.job_id"], name="fk_job_progress_job_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "replicas",
        sa.Column("replica_id", sa.String(64), nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
        sa.Column("endpoint", sa.String(256), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("replica_id", name="pk_replicas"),
    )
