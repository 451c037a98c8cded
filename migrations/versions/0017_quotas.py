"""How much members may begin and pass on, what they are told of, and which guilds were let in.

Guilds in which points were already for sale are let in: where any guild may sell (`GUILD_IDS=*`),
those sell on, and only later ones wait for whoever runs the program.
"""

import time

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("open_checkouts", "5"), ("purchases_per_hour", "20")):
        op.add_column(
            "guild_settings", sa.Column(name, INTEGER, server_default=default, nullable=False)
        )
    unpaid = sa.text("checkout IN ('absent', 'open') AND credited_at IS NULL")
    op.create_index(
        "ix_payments_unpaid",
        "payments",
        ["guild_id", "member_id"],
        sqlite_where=unpaid,
        postgresql_where=unpaid,
    )
    op.create_table(
        "paces",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("full_at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "member_id", "kind", name=op.f("pk_paces")),
        sqlite_strict=True,
    )
    op.create_table(
        "transfer_notices",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("muted", INTEGER, nullable=False),
        sa.Column("told_at", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("guild_id", "member_id", name=op.f("pk_transfer_notices")),
        sqlite_strict=True,
    )
    op.create_table(
        "admitted_guilds",
        sa.Column("guild_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_admitted_guilds")),
        sqlite_strict=True,
    )
    now = time.time_ns() // 1_000
    op.execute(
        "INSERT INTO admitted_guilds (guild_id, at) "  # noqa: S608 - a number of ours
        f"SELECT DISTINCT guild_id, {now} FROM packages"
    )
