"""Codes are found by a short hash among the codes of all waves; those that are out already are looked for wave by wave."""

import sqlalchemy as sa
from alembic import op

revision = "0028_lookups_of_codes"
down_revision = "0027_head_counts_by_day"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wave", sa.Column("lookups", sa.Boolean(), server_default=sa.false(), nullable=False))
    for form in ("typed", "link"):
        op.add_column("invitation", sa.Column(f"{form}_lookup", sa.LargeBinary(4), nullable=True))
        op.create_index(f"ix_invitation_{form}_lookup", "invitation", [f"{form}_lookup"])


def downgrade() -> None:
    for form in ("typed", "link"):
        op.drop_index(f"ix_invitation_{form}_lookup", "invitation")
        op.drop_column("invitation", f"{form}_lookup")
    op.drop_column("wave", "lookups")
