"""Questionnaires, waves, invitations, sealed boxes, responses and tallies."""

import sqlalchemy as sa
from alembic import op

revision = "0003_survey"
down_revision = "0002_staff"
branch_labels = None
depends_on = None


_SECRET = {"invitation": ("typed_hash", "link_hash"), "sealed_box": ("box_key", "ciphertext"), "response": ("key", "packed")}


def upgrade() -> None:
    _questionnaires_and_waves()
    _answers()
    _keep_out_of_statistics()
    op.create_table(
        "wrong_code_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_wrong_code_count"),
    )


def _questionnaires_and_waves() -> None:
    op.create_table(
        "questionnaire_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name="fk_questionnaire_version_municipality_id_municipality"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaire_version"),
        sa.UniqueConstraint("municipality_id", "key", "version", name="uq_questionnaire_version_municipality_id"),
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("code_salt", sa.LargeBinary(16), nullable=False),
        sa.Column("boxes_set_aside", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_wave_municipality_id_municipality"),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire_version.id"], name="fk_wave_questionnaire_id_questionnaire_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wave"),
        sa.UniqueConstraint("municipality_id", "name", name="uq_wave_municipality_id"),
    )
    op.create_table(
        "wave_population",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_wave_population_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "stratum", name="pk_wave_population"),
    )
    op.create_table(
        "wave_day",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("group_name", sa.String(100), nullable=False),
        sa.Column("boxes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_wave_day_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "day", "group_name", name="pk_wave_day"),
    )


def _answers() -> None:
    op.create_table(
        "invitation",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("typed_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("group_name", sa.String(100), nullable=True),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_invitation_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "typed_hash", name="pk_invitation"),
        sa.UniqueConstraint("wave_id", "link_hash", name="uq_invitation_wave_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_box",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("box_key", sa.LargeBinary(32), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_sealed_box_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "box_key", name="pk_sealed_box"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("stratum", sa.String(64), nullable=False),
        sa.Column("band", sa.String(64), nullable=True),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_response_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "key", name="pk_response"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("option", sa.String(64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_tally_wave_id_wave"),
        sa.PrimaryKeyConstraint("wave_id", "stratum", "item", "option", name="pk_tally"),
        sqlite_with_rowid=False,
    )


def _keep_out_of_statistics() -> None:
    """PostgreSQL copies values into pg_statistic, where they would outlive the rows: emptying a table does not remove them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in _SECRET.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    for table in ("wrong_code_count", "tally", "response", "sealed_box", "invitation", "wave_day", "wave_population"):
        op.drop_table(table)
    op.drop_table("wave")
    op.drop_table("questionnaire_version")
