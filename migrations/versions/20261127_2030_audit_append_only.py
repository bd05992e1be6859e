"""The audit trail only grows: the database refuses to change or delete an entry."""

from alembic import op

revision = "0021_audit_append_only"
down_revision = "0020_publications"
branch_labels = None
depends_on = None

SAYS = "an entry of the audit trail never changes"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
        # INSERT OR REPLACE deletes the old row without asking the trigger for deletions.
        op.execute(
            "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry "
            "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_never_changes()"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_never_changes()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("replace", "update", "delete"):
            op.execute(f"DROP TRIGGER audit_entry_no_{verb}")
        return
    for name in ("audit_entry_never_emptied", "audit_entry_never_changes"):
        op.execute(f"DROP TRIGGER {name} ON audit_entry")
    op.execute("DROP FUNCTION audit_entry_never_changes()")
