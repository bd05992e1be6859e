"""What a session's owner sees of it: when it began and was seen, how and on what, and whether the second factor was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0022_staff_sessions"
down_revision = "0021_audit_append_only"
branch_labels = None
depends_on = None


def _table(*more: sa.Column) -> None:
    # Nobody knows when the sessions before began: they end, and people sign in again.
    op.drop_table("staff_session")
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_staff_session_account_id_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_session"),
    )


def upgrade() -> None:
    _table(
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_with", sa.String(16), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    _table()
