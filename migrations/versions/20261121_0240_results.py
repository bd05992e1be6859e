"""Frozen results."""

import sqlalchemy as sa
from alembic import op

revision = "0005_results"
down_revision = "0004_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
