"""Frozen results."""

import sqlalchemy as sa
from alembic import op

revision = "0005_results"
down_revision = "0004_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frozen_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("made_from", sa.String(300), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_frozen_result_municipality_id_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_frozen_result"),
        sa.UniqueConstraint("municipality_id", "made_from", "rules_version", name="uq_frozen_result_municipality_id"),
    )


def downgrade() -> None:
    op.drop_table("frozen_result")
