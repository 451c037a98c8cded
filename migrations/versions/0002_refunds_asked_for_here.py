"""Refunds that are asked for here, deadlines, fraud warnings, who may not buy, what is undone."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payments", sa.Column("fraud_warning", TEXT, nullable=True))
    for name in ("provider_id", "reason", "request"):
        op.add_column("refunds", sa.Column(name, TEXT, nullable=True))
    for name in ("asked_by", "asked_at", "approved_by", "attempt"):
        op.add_column("refunds", sa.Column(name, INTEGER, nullable=True))
    op.create_index(
        op.f("ix_refunds_pending"),
        "refunds",
        ["guild_id", "payment_id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.add_column("disputes", sa.Column("reason", TEXT, nullable=True))
    op.add_column("disputes", sa.Column("due_by", INTEGER, nullable=True))
    op.create_table(
        "bars",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_bars_payments"),
        ),
        sa.PrimaryKeyConstraint("guild_id", "member_id", "payment_id", name=op.f("pk_bars")),
        sqlite_strict=True,
    )
    undoable = sa.text(
        "kind IN ('points.grant', 'points.revoke', 'member.lift_bar', 'package.retire')"
    )
    op.create_index(
        op.f("ix_commands_undoable"),
        "commands",
        ["guild_id", "at"],
        unique=False,
        sqlite_where=undoable,
        postgresql_where=undoable,
    )
