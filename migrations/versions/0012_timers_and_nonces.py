"""Lots are found by their end; refused timers are remembered; deliveries carry a random nonce."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ending = sa.text("remaining > 0 AND expires_at IS NOT NULL")
    op.create_index(
        op.f("ix_lots_ending"),
        "lots",
        ["expires_at"],
        unique=False,
        sqlite_where=ending,
        postgresql_where=ending,
    )
    op.create_table(
        "refused_timers",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("due_at", INTEGER, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id", "kind", "object", "due_at", name=op.f("pk_refused_timers")
        ),
        sqlite_strict=True,
    )
    op.add_column("deliveries", sa.Column("nonce", TEXT, server_default="", nullable=False))
