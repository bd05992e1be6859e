"""Releases: numbered documents that never change; the database refuses to update or delete one."""

import sqlalchemy as sa
from alembic import op

revision = "0019_releases"
down_revision = "0018_numbered_once"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("plan_key", sa.String(64), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(254), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_release_municipality_id_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
        sa.UniqueConstraint("municipality_id", "number", name="uq_release_municipality_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER release_no_{verb} BEFORE {verb.upper()} ON release "
                "BEGIN SELECT RAISE(ABORT, 'a release never changes'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION release_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a release never changes'; END $$"
        )
        op.execute(
            "CREATE TRIGGER release_never_changes BEFORE UPDATE OR DELETE ON release "
            "FOR EACH ROW EXECUTE FUNCTION release_never_changes()"
        )


def downgrade() -> None:
    op.drop_table("release")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION release_never_changes()")
