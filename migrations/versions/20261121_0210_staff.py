"""Accounts, sessions and sign-in links."""

import sqlalchemy as sa
from alembic import op

revision = "0002_staff"
down_revision = "0001_core"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
