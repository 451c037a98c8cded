"""Moderators may check purchases before anybody is charged: their money is only set aside."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

DAY = "86400000000"


def upgrade() -> None:
    for name, kind in (
        ("check_reasons", TEXT),
        ("check_life", INTEGER),
        ("check_status", TEXT),
        ("authorization", TEXT),
        ("authorized_at", INTEGER),
        ("held_until", INTEGER),
        ("check_ends_at", INTEGER),
        ("checked_by", INTEGER),
        ("checked_at", INTEGER),
    ):
        op.add_column("payments", sa.Column(name, kind, nullable=True))
    waiting = sa.text("money = 'authorized' AND check_status = 'waiting'")
    op.create_index(
        "ix_payments_checked",
        "payments",
        ["check_ends_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    settings = "guild_settings"
    op.add_column(settings, sa.Column("check_above", TEXT, nullable=False, server_default="[]"))
    op.add_column(settings, sa.Column("check_younger", INTEGER, nullable=True))
    op.add_column(settings, sa.Column("check_life", INTEGER, nullable=False, server_default=DAY))
