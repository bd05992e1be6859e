"""Waves without a key yet, with free text or for latecomers; codes for groups; promises, agreements, mail lists and drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0006_survey_complete"
down_revision = "0005_results"
branch_labels = None
depends_on = None

_WITHOUT_COUNTER = {"sqlite_with_rowid": False}
_SECRET = {"free_text": ("key", "text"), "mail_address": ("address", "reason"), "mail_run": ("said",)}
_TABLES = ("questionnaire_draft", "mail_run", "mail_address", "free_text", "wave_agreement", "wave_promise")


def upgrade() -> None:
    with op.batch_alter_table("wave") as wave:
        wave.alter_column("public_key", existing_type=sa.LargeBinary(32), nullable=True)
        wave.add_column(sa.Column("free_text", sa.Boolean(), nullable=False, server_default=sa.false()))
        wave.add_column(sa.Column("supplements", sa.Integer(), nullable=True))
        wave.create_foreign_key("fk_wave_supplements_wave", "wave", ["supplements"], ["id"])
    with op.batch_alter_table("wave") as wave:
        wave.alter_column("free_text", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    _count_boxes_under_codes()
    _new_tables()
    if op.get_bind().dialect.name == "postgresql":
        # PostgreSQL copies values into pg_statistic, where they would outlive the rows.
        for table, columns in _SECRET.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def _count_boxes_under_codes() -> None:
    with op.batch_alter_table("invitation", table_kwargs=_WITHOUT_COUNTER) as invitation:
        invitation.add_column(sa.Column("boxes", sa.Integer(), nullable=False, server_default="0"))
        invitation.add_column(sa.Column("pool", sa.String(64), nullable=True))
    op.execute("UPDATE invitation SET boxes = 1 WHERE used")
    with op.batch_alter_table("invitation", table_kwargs=_WITHOUT_COUNTER) as invitation:
        invitation.drop_column("used")
        invitation.alter_column("boxes", existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def _new_tables() -> None:
    op.create_table(
        "wave_promise",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_wave_promise_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "language", name="pk_wave_promise"),
    )
    op.create_table(
        "wave_agreement",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("steward", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("auditor", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_wave_agreement_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", name="pk_wave_agreement"),
    )
    op.create_table(
        "free_text",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_free_text_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "key", name="pk_free_text"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_address",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_mail_address_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "address", name="pk_mail_address"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_run",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("reminder", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.String(20), nullable=False),
        sa.Column("said", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_mail_run_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", name="pk_mail_run"),
    )
    op.create_table(
        "questionnaire_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name="fk_questionnaire_draft_municipality_id_municipality"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaire_draft"),
        sa.UniqueConstraint("municipality_id", "key", "version", name="uq_questionnaire_draft_municipality_id"),
    )


def downgrade() -> None:
    """Go back; a wave that only this version can hold (no key yet, codes with several boxes) stops it, as it must."""
    for table in _TABLES:
        op.drop_table(table)
    with op.batch_alter_table("invitation", table_kwargs=_WITHOUT_COUNTER) as invitation:
        invitation.add_column(sa.Column("used", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE invitation SET used = (boxes > 0)")
    with op.batch_alter_table("invitation", table_kwargs=_WITHOUT_COUNTER) as invitation:
        invitation.drop_column("boxes")
        invitation.drop_column("pool")
        invitation.alter_column("used", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("wave") as wave:
        wave.drop_constraint("fk_wave_supplements_wave", type_="foreignkey")
        wave.drop_column("supplements")
        wave.drop_column("free_text")
        wave.alter_column("public_key", existing_type=sa.LargeBinary(32), nullable=False)
