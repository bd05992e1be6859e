"""Marks of sealed boxes; those of boxes that are there already need the pepper, and the next start makes them."""

import sqlalchemy as sa
from alembic import op

revision = "0011_marks_of_boxes"
down_revision = "0010_command_line_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sealed_box", sa.Column("mark", sa.LargeBinary(32), nullable=True))


def downgrade() -> None:
    op.drop_column("sealed_box", "mark")
