"""Refunds and disputes say of which of the provider's payments they are."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import TEXT

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("refunds", "disputes"):
        op.add_column(table, sa.Column("intent", TEXT, nullable=True))
