"""Quarterly reminders: who wants them and in which language, and what became of each."""

import sqlalchemy as sa
from alembic import op

revision = "0017_reminders"
down_revision = "0016_evidence_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("reminders", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("account", sa.Column("language", sa.String(2), server_default="lv", nullable=False))
    op.create_table(
        "quarterly_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name="fk_quarterly_reminder_municipality_id_municipality"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_quarterly_reminder_account_id_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quarterly_reminder"),
        sa.UniqueConstraint("account_id", "year", "quarter", name="uq_quarterly_reminder_account_id_year_quarter"),
    )


def downgrade() -> None:
    op.drop_table("quarterly_reminder")
    op.drop_column("account", "language")
    op.drop_column("account", "reminders")
