"""Templates of statements; one index that serves the list of jobs alone, filters and all."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("project_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("current_db", sa.String(128), nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name", name="pk_templates"),
    )
    op.create_index(
        "ix_jobs_list", "jobs", ["project_id", "submitted_at", "seq", "state", "queue_name", "owner"]
    )
    op.drop_index("ix_jobs_project_submitted", "jobs")
