"""Transfers that fulfil orders are found by their time: a report needs those of its period."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    redeeming = sa.text("kind = 'redeem'")
    op.create_index(
        "ix_transfers_redeeming",
        "transfers",
        ["guild_id", "at", "transfer_id", "order_id"],
        sqlite_where=redeeming,
        postgresql_where=redeeming,
    )
