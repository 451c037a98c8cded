"""Owners switch providers and integrations off, and choose between two of a kind."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import TEXT

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guild_settings", sa.Column("flags", TEXT, nullable=False, server_default="[]"))
