"""Plans, events and head counts."""

import sqlalchemy as sa
from alembic import op

revision = "0004_events"
down_revision = "0003_survey"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("loaded_on", sa.Date(), nullable=False),
        sa.Column("loaded_by", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_plan_document_municipality_id_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_document"),
        sa.UniqueConstraint("municipality_id", "key", "version", name="uq_plan_document_municipality_id"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("plan_key", sa.String(64), nullable=False),
        sa.Column("indicator", sa.String(16), nullable=False),
        sa.Column("institution", sa.String(64), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_event_municipality_id_municipality"),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name="fk_event_created_by_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_municipality_id", "event", ["municipality_id", "indicator"])
    op.create_table("head_count", *_head_count())


def _head_count() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("place", sa.String(200), nullable=True),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("audience", sa.String(64), nullable=True),
        sa.Column("member", sa.String(200), nullable=True),
        sa.Column("step", sa.String(64), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("unique_persons", sa.Integer(), nullable=True),
        sa.Column("attendances", sa.Integer(), nullable=True),
        sa.Column("families", sa.Integer(), nullable=True),
        sa.Column("requested", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("same_group_as", sa.Integer(), nullable=True),
        sa.Column("different_people", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_id", sa.String(64), nullable=True),
        sa.CheckConstraint("unique_persons >= 0 AND attendances >= unique_persons", name="ck_head_count_counts"),
        sa.CheckConstraint("number = 1 OR reason IS NOT NULL", name="ck_head_count_reason"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_head_count_event_id_event"),
        sa.ForeignKeyConstraint(["same_group_as"], ["event.id"], name="fk_head_count_same_group_as_event"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_head_count_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_head_count"),
        sa.UniqueConstraint("event_id", "number", name="uq_head_count_event_id"),
        sa.UniqueConstraint("account_id", "form_id", name="uq_head_count_account_id"),
    ]


def downgrade() -> None:
    for table in ("head_count", "event", "plan_document"):
        op.drop_table(table)
