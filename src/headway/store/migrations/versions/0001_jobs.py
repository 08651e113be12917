"""Jobs, their tags and events, credentials."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
COUNTERS = ("row_count", "byte_count", "input_rows", "input_bytes", "output_rows", "output_bytes", "cpu_ms")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("project_id", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("message", sa.Text, nullable=False, server_default=""),
        sa.Column("error", sa.Text),
        sa.Column("job_type", sa.String(16), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("queue_name", sa.String(128), nullable=False),
        sa.Column("current_db", sa.String(128), nullable=False),
        sa.Column("current_catalog", sa.String(128)),
        sa.Column("engine_type", sa.String(32), nullable=False),
        sa.Column("conf", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("submitted_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("session_id", sa.String(64)),
        sa.Column("engine_id", sa.String(128)),
        sa.Column("schema_json", sa.Text),
        *(sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in COUNTERS),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="1"),
        sa.CheckConstraint(
            "state IN ('CANCELLED', 'CANCELLING', 'FAILED', 'FINISHED', 'LAUNCHING', 'QUEUED', 'RUNNING')",
            name="ck_jobs_known_state",
        ),
        sa.CheckConstraint(
            "(state IN ('CANCELLED', 'FAILED', 'FINISHED')) = (ended_at IS NOT NULL)",
            name="ck_jobs_ended_when_terminal",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_jobs"),
        sa.UniqueConstraint("job_id", name="uq_jobs_job_id"),
    )
    op.create_index("ix_jobs_project_submitted", "jobs", ["project_id", "submitted_at"])
    op.create_index("ix_jobs_state_queue", "jobs", ["state", "project_id", "queue_name", "seq"])
    op.create_table(
        "job_tags",
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "key", name="pk_job_tags"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name="fk_job_tags_job_id", ondelete="CASCADE"),
    )
    op.create_table(
        "job_events",
        sa.Column("event_id", SERIAL, nullable=False),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String(16)),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.PrimaryKeyConstraint("event_id", name="pk_job_events"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name="fk_job_events_job_id", ondelete="CASCADE"),
    )
    op.create_index("ix_job_events_job_id", "job_events", ["job_id"])
    op.create_table(
        "credentials",
        sa.Column("access_key", sa.String(64), nullable=False),
        sa.Column("secret_key", sa.String(128), nullable=False),
        sa.Column("token", sa.String(128), nullable=False),
        sa.Column("project_id", sa.String(64), nullable=False),
        sa.Column("user_name", sa.String(128), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("access_key", name="pk_credentials"),
        sa.UniqueConstraint("token", name="uq_credentials_token"),
    )
    op.create_index("ix_credentials_project_id", "credentials", ["project_id"])
