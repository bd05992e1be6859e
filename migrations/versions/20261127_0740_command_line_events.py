"""Events that the command line logs belong to no account."""

import sqlalchemy as sa
from alembic import op

revision = "0010_command_line_events"
down_revision = "0009_stopped_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event") as event:
        event.alter_column("created_by_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("head_count") as head_count:
        head_count.alter_column("account_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    # What the command line logged becomes the oldest account's of that municipality, because every event needs one again.
    oldest = "(SELECT MIN(account.id) FROM account WHERE account.municipality_id = event.municipality_id)"
    op.execute(f"UPDATE event SET created_by_id = {oldest} WHERE created_by_id IS NULL")
    of_event = "(SELECT event.created_by_id FROM event WHERE event.id = head_count.event_id)"
    op.execute(f"UPDATE head_count SET account_id = {of_event} WHERE account_id IS NULL")
    with op.batch_alter_table("head_count") as head_count:
        head_count.alter_column("account_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("event") as event:
        event.alter_column("created_by_id", existing_type=sa.Integer(), nullable=False)
