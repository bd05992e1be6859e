"""Head counts are found by day: a page of a long list of events need not put all of them in order."""

from alembic import op

revision = "0027_head_counts_by_day"
down_revision = "0026_events_of_a_plan"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_head_count_day", "head_count", ["held_on", "event_id"])


def downgrade() -> None:
    op.drop_index("ix_head_count_day", "head_count")
