"""The limit for refunds has its own currency, a guild a time zone, and refunds say why they wait.

A limit of before was an amount in the guild's currency. Where the guild had chosen none, nobody
noted what it was in: it gets the code for no currency (XXX), which is unlike any other, so that
every refund needs a second moderator until an owner sets the limit again.
"""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import TEXT

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guild_settings", sa.Column("approval_limit_currency", TEXT, nullable=True))
    op.execute(
        "UPDATE guild_settings SET approval_limit_currency = COALESCE(currency, 'XXX') "
        "WHERE approval_limit IS NOT NULL"
    )
    op.add_column(
        "guild_settings", sa.Column("time_zone", TEXT, server_default="UTC", nullable=False)
    )
    op.add_column("refunds", sa.Column("pending_reason", TEXT, server_default="", nullable=False))
