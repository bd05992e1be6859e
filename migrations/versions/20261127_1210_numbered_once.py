"""Numbers of people, of their coming and of their letters are given once in SQLite, also after the newest row is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0018_numbered_once"
down_revision = "0017_reminders"
branch_labels = None
depends_on = None

_TABLES = ("registration", "owed_letter", "attendance")


def upgrade() -> None:
    _write_anew(numbered_once=True)


def downgrade() -> None:
    _write_anew(numbered_once=False)


def _write_anew(*, numbered_once: bool) -> None:
    """Write the tables anew with or without AUTOINCREMENT; PostgreSQL gives every number once anyway."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in _TABLES:
        # Read from the file, because a copy of the table knows nothing of AUTOINCREMENT.
        table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)
        with op.batch_alter_table(
            name, copy_from=table, recreate="always", table_kwargs={"sqlite_autoincrement": numbered_once}
        ):
            pass
