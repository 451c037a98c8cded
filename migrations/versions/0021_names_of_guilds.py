"""What guilds are called, for pages that no Discord is asked for."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guild_names",
        sa.Column("guild_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_guild_names")),
        sqlite_strict=True,
    )
