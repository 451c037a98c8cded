"""Refunds and disputes are found by the table of references: indices of their own go."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_refunds_provider_id", table_name="refunds")
    op.drop_index("ix_disputes_dispute_id", table_name="disputes")
