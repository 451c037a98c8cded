"""Who fulfils orders and where, and where the cards of orders stand."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("fulfilment_channel", "fulfilment_role"):
        op.add_column("guild_settings", sa.Column(name, INTEGER, nullable=True))
    op.create_table(
        "order_cards",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("order_id", TEXT, nullable=False),
        sa.Column("nonce", TEXT, nullable=False),
        sa.Column("channel", INTEGER, nullable=False),
        sa.Column("message", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "order_id", "nonce", name=op.f("pk_order_cards")),
        sqlite_strict=True,
    )
