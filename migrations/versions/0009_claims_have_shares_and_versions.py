"""Refunds and disputes keep their currency, their share of the payment, and a version.

What is stored already is in its payment's currency. The provider has answered about it once, as far
as it is known there.
"""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0009"
down_revision = "0012"
branch_labels = None
depends_on = None

_OF_PAYMENT = (
    "UPDATE {0} SET share_part = amount, currency = (SELECT payments.currency FROM payments "
    "WHERE payments.guild_id = {0}.guild_id AND payments.payment_id = {0}.payment_id)"
)


def upgrade() -> None:
    for table in ("refunds", "disputes"):
        for column in (
            sa.Column("currency", TEXT, server_default="XXX", nullable=False),
            sa.Column("share_part", INTEGER, server_default="0", nullable=False),
            sa.Column("share_whole", INTEGER, nullable=True),
            sa.Column("unknown", TEXT, server_default="", nullable=False),
            sa.Column("version", INTEGER, server_default="0", nullable=False),
        ):
            op.add_column(table, column)
    op.execute("UPDATE refunds SET version = 1 WHERE provider_id IS NOT NULL")
    op.execute("UPDATE disputes SET version = 1")
    for table in ("refunds", "disputes"):
        op.execute(_OF_PAYMENT.format(table))
    op.alter_column("disputes", "reinstated", new_column_name="returned_part")
    op.add_column(
        "disputes", sa.Column("returned_whole", INTEGER, server_default="1", nullable=False)
    )
    op.execute("UPDATE disputes SET returned_whole = amount WHERE amount > 0")
    op.create_index(op.f("ix_refunds_provider_id"), "refunds", ["provider_id"])
    op.create_index(op.f("ix_disputes_dispute_id"), "disputes", ["dispute_id"])
