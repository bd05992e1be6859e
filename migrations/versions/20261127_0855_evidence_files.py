"""Evidence files of events: what is known about each; the bytes lie in the data folder."""

import sqlalchemy as sa
from alembic import op

revision = "0016_evidence_files"
down_revision = "0015_plan_choices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("removed_by", sa.String(254), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(reason IS NULL) = (removed_at IS NULL)", name="ck_evidence_file_removed"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_evidence_file_event_id_event"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_evidence_file_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_file"),
        sa.UniqueConstraint("place", name="uq_evidence_file_place"),
    )
    op.create_index("ix_evidence_file_event_id", "evidence_file", ["event_id"])


def downgrade() -> None:
    op.drop_table("evidence_file")
