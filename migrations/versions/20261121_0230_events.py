"""Plans, events and head counts."""

import sqlalchemy as sa
from alembic import op

revision = "0004_events"
down_revision = "0003_survey"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
