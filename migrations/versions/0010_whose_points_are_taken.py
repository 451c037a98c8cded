"""Refunds may be for fraud; accounts know how many points of others are kept for their member.

Earlier refunds stay what they were: nobody is barred for them now, and they reach nobody.
"""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COUNT = """
    UPDATE accounts SET reached = (
        SELECT COALESCE(SUM(holds.points - holds.released), 0)
        FROM payments
        JOIN holds ON holds.guild_id = payments.guild_id
            AND holds.payment_id = payments.payment_id
        WHERE payments.guild_id = accounts.guild_id
            AND payments.member_id = accounts.member_id
            AND holds.member_id <> payments.member_id
    )
"""


def upgrade() -> None:
    op.add_column("accounts", sa.Column("reached", INTEGER, server_default="0", nullable=False))
    op.execute(_COUNT)
    op.add_column("refunds", sa.Column("is_fraud", INTEGER, server_default="0", nullable=False))
    for table in ("holds", "repayments"):
        op.create_index(
            op.f(f"ix_{table}_guild_id_lot_id"), table, ["guild_id", "lot_id"], unique=False
        )
