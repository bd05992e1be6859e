"""Which of several loaded plans events are logged against: chosen, no longer the one that happened to be loaded last."""

import sqlalchemy as sa
from alembic import op

revision = "0015_plan_choices"
down_revision = "0014_calendar_feeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.Column("chosen_by", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_plan_choice_municipality_id_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_choice"),
    )


def downgrade() -> None:
    op.drop_table("plan_choice")
