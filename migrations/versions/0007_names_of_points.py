"""Guilds call their points as they like, and choose the currency in which they sell."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import TEXT

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, before in (("point_name", "point"), ("points_name", "points"), ("points_symbol", "")):
        op.add_column(
            "guild_settings", sa.Column(name, TEXT, server_default=before, nullable=False)
        )
    op.add_column("guild_settings", sa.Column("currency", TEXT, nullable=True))
