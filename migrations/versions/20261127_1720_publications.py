"""What the coordinator puts before the public: statements about releases, and the files as they were handed out, which never change."""

import sqlalchemy as sa
from alembic import op

revision = "0020_publications"
down_revision = "0019_releases"
branch_labels = None
depends_on = None

TABLES = ("release_statement", "release_file")


def upgrade() -> None:
    op.create_table(
        "release_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("licence", sa.String(32), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_release_statement_release_id_release"),
        sa.PrimaryKeyConstraint("id", name="pk_release_statement"),
    )
    op.create_table(
        "release_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_release_file_release_id_release"),
        sa.PrimaryKeyConstraint("id", name="pk_release_file"),
        sa.UniqueConstraint("release_id", "name", name="uq_release_file_release_id"),
    )
    for table in TABLES:
        _freeze(table)


def _freeze(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION {table}_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'what was published never changes'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_never_changes()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
        if op.get_bind().dialect.name != "sqlite":
            op.execute(f"DROP FUNCTION {table}_never_changes()")
