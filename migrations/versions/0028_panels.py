"""Where the panels of servers stand, from which members order and buy."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "panels",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("channel", INTEGER, nullable=False),
        sa.Column("message", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "kind", name=op.f("pk_panels")),
        sqlite_strict=True,
    )
