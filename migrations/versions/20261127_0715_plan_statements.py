"""What is decided, measured and stated about a plan."""

import sqlalchemy as sa
from alembic import op

revision = "0008_plan_statements"
down_revision = "0007_registration"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("plan_key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_id", sa.String(64), nullable=True),
        sa.CheckConstraint("number = 1 OR reason IS NOT NULL", name=op.f("ck_plan_statement_reason")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_plan_statement_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_plan_statement_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_statement")),
        sa.UniqueConstraint(
            "municipality_id", "plan_key", "kind", "subject", "number", name=op.f("uq_plan_statement_municipality_id")
        ),
        sa.UniqueConstraint("account_id", "form_id", name=op.f("uq_plan_statement_account_id")),
    )


def downgrade() -> None:
    op.drop_table("plan_statement")
