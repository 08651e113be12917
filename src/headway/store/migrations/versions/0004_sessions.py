"""Sessions of the console, and the one-time codes that begin them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("access_key", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_sign_in_codes"),
    )
    op.create_index("ix_sign_in_codes_expires_at", "sign_in_codes", ["expires_at"])
    op.create_table(
        "session_keys",
        sa.Column("session_hash", sa.String(64), nullable=False),
        sa.Column("access_key", sa.String(64), nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("session_hash", "access_key", name="pk_session_keys"),
    )
    op.create_index("ix_session_keys_expires_at", "session_keys", ["expires_at"])
