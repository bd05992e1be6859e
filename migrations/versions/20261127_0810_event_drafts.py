"""Drafts of events: what somebody typed and has not logged, for some weeks."""

import sqlalchemy as sa
from alembic import op

revision = "0012_event_drafts"
down_revision = "0011_marks_of_boxes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("plan_key", sa.String(64), nullable=False),
        sa.Column("indicator", sa.String(16), nullable=False),
        sa.Column("form_id", sa.String(64), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_event_draft_municipality_id_municipality"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_event_draft_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_event_draft"),
        sa.UniqueConstraint("account_id", "form_id", name="uq_event_draft_account_id"),
    )


def downgrade() -> None:
    op.drop_table("event_draft")
