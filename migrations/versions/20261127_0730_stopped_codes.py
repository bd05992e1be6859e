"""Codes of groups and open addresses that were stopped: they take no new answers, and what lies under them stays."""

import sqlalchemy as sa
from alembic import op

revision = "0009_stopped_codes"
down_revision = "0008_plan_statements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitation", sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("invitation", "stopped")
