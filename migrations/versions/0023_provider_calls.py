"""Calls to providers that follow a commit are kept, with the exact request and the attempt."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_calls",
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("object_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("request", TEXT, nullable=False),
        sa.Column("until", INTEGER, nullable=True),
        sa.Column("attempt", INTEGER, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("noted_at", INTEGER, nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'done', 'refused', 'lapsed')",
            name=op.f("ck_provider_calls_status"),
        ),
        sa.PrimaryKeyConstraint("provider", "object_id", "kind", name=op.f("pk_provider_calls")),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_provider_calls_payments"),
        ),
        sqlite_strict=True,
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index(
        "ix_provider_calls_waiting",
        "provider_calls",
        ["guild_id", "payment_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
