"""Questionnaires, waves, invitations, sealed boxes, responses and tallies."""

import sqlalchemy as sa
from alembic import op

revision = "0003_survey"
down_revision = "0002_staff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
