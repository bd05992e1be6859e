"""Accounts, sessions and sign-in links."""

import sqlalchemy as sa
from alembic import op

revision = "0002_staff"
down_revision = "0001_core"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(64), nullable=True),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_account_municipality_id_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email", name="uq_account_email"),
    )
    for name in ("staff_session", "sign_in_link"):
        op.create_table(
            name,
            sa.Column("token_hash", sa.String(64), nullable=False),
            sa.Column("account_id", sa.Integer(), nullable=False),
            sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{name}_account_id_account", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("token_hash", name=f"pk_{name}"),
        )


def downgrade() -> None:
    for name in ("sign_in_link", "staff_session", "account"):
        op.drop_table(name)
