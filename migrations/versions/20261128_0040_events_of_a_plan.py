"""All events of a plan are found in the order in which they lie on the disk: a large plan is added up from every one of them."""

from alembic import op

revision = "0026_events_of_a_plan"
down_revision = "0025_several_servers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_of_plan", "event", ["municipality_id", "plan_key"])


def downgrade() -> None:
    op.drop_index("ix_event_of_plan", "event")
