"""What servers that share a database tell each other: by what secrets are recognised, and how far long work is."""

import sqlalchemy as sa
from alembic import op

revision = "0025_several_servers"
down_revision = "0024_passkeys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret_mark",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secret_mark"),
    )
    op.create_table(
        "long_work",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_long_work"),
    )


def downgrade() -> None:
    op.drop_table("long_work")
    op.drop_table("secret_mark")
