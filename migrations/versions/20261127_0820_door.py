"""The day of a conference: who came, what organisers decided about it, and what stays after the deletion."""

import sqlalchemy as sa
from alembic import op

revision = "0013_door"
down_revision = "0012_event_drafts"
branch_labels = None
depends_on = None

_TABLES = ("certificate_code", "attendance_count", "conference_door", "attendance")
_SECRET = ("key", "code_hash", "mark_hash", "name")


def upgrade() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(100), nullable=True),
        sa.Column("field", sa.Integer(), nullable=True),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("mark_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(254), nullable=True),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_attendance_conference_id_conference"),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name="fk_attendance_registration_id_registration"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
        sa.UniqueConstraint("code_hash", name="uq_attendance_code_hash"),
        sa.UniqueConstraint("conference_id", "mark_hash", name="uq_attendance_conference_id_mark_hash"),
    )
    in_force = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_attendance_registration_id",
        "attendance",
        ["registration_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    _what_stays()
    if op.get_bind().dialect.name == "postgresql":
        # PostgreSQL copies values into pg_statistic, where they would outlive the rows.
        for column in _SECRET:
            op.execute(f"ALTER TABLE attendance ALTER COLUMN {column} SET STATISTICS 0")


def _what_stays() -> None:
    op.create_table(
        "conference_door",
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_conference_door_conference_id_conference"),
        sa.PrimaryKeyConstraint("conference_id", name="pk_conference_door"),
        sa.UniqueConstraint("link_hash", name="uq_conference_door_link_hash"),
    )
    op.create_table(
        "attendance_count",
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_attendance_count_conference_id_conference"),
        sa.PrimaryKeyConstraint("conference_id", "field", name="pk_attendance_count"),
    )
    op.create_table(
        "certificate_code",
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_certificate_code_conference_id_conference"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_certificate_code"),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
