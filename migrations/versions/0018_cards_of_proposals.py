"""Where the card of a refund stands on Discord; of older ones nobody knows."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER

revision = "0018"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("card_channel", "card_message"):
        op.add_column("refunds", sa.Column(name, INTEGER, nullable=True))
