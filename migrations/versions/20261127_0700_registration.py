"""Conferences: their pages, who registered, letters that are owed, and receipts of what was deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0007_registration"
down_revision = "0006_survey_complete"
branch_labels = None
depends_on = None

_SECRET = {
    "registration": ("key", "name", "email", "institution", "needs", "consent"),
    "conference_message": ("subject", "text"),
}
_TABLES = ("owed_letter", "conference_message", "registration", "conference_text", "conference", "deletion_receipt")


def upgrade() -> None:
    op.create_table(
        "deletion_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("promised_for", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clean", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_deletion_receipt_municipality_id_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_deletion_receipt"),
    )
    op.create_table("conference", *_conference())
    op.create_index("ix_conference_municipality_id", "conference", ["municipality_id", "institution"])
    op.create_table(
        "conference_text",
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_conference_text_conference_id_conference"),
        sa.PrimaryKeyConstraint("conference_id", "language", name="pk_conference_text"),
    )
    op.create_table("registration", *_registration())
    op.create_index("ix_registration_email", "registration", ["conference_id", "email"])
    _letters()
    if op.get_bind().dialect.name == "postgresql":
        # PostgreSQL copies values into pg_statistic, where they would outlive the rows.
        for table, columns in _SECRET.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def _conference() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("institution", sa.String(64), nullable=False),
        sa.Column("plan_key", sa.String(64), nullable=False),
        sa.Column("indicator", sa.String(16), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("ask_institution", sa.Boolean(), nullable=False),
        sa.Column("ask_field", sa.Boolean(), nullable=False),
        sa.Column("ask_needs", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("purged_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_conference_municipality_id_municipality"),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name="fk_conference_created_by_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_conference"),
        sa.UniqueConstraint("slug", name="uq_conference_slug"),
        sa.UniqueConstraint("form_id", name="uq_conference_form_id"),
    ]


def _registration() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("own_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("check_in_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("form_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("institution", sa.String(200), nullable=True),
        sa.Column("field", sa.Integer(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("letter_problem", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_registration_conference_id_conference"),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("conference_id", "turn", name="uq_registration_conference_id_turn"),
        sa.UniqueConstraint("conference_id", "form_hash", name="uq_registration_conference_id_form_hash"),
        sa.UniqueConstraint("own_hash", name="uq_registration_own_hash"),
        sa.UniqueConstraint("check_in_hash", name="uq_registration_check_in_hash"),
    ]


def _letters() -> None:
    op.create_table(
        "conference_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_conference_message_conference_id_conference"),
        sa.PrimaryKeyConstraint("id", name="pk_conference_message"),
        sa.UniqueConstraint("form_id", name="uq_conference_message_form_id"),
    )
    op.create_table(
        "owed_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name="fk_owed_letter_registration_id_registration"),
        sa.ForeignKeyConstraint(["message_id"], ["conference_message.id"], name="fk_owed_letter_message_id_conference_message"),
        sa.PrimaryKeyConstraint("id", name="pk_owed_letter"),
    )
    op.create_index("ix_owed_letter_registration_id", "owed_letter", ["registration_id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
