"""What tax services have computed is kept for a while, and what was reported to them."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

PLACE = ("service", "country", "postal_code", "tax_code", "tax_behavior", "currency", "price_minor")


def upgrade() -> None:
    op.create_table(
        "tax_quotes",
        *(sa.Column(name, TEXT, nullable=False) for name in PLACE[:-1]),
        *(sa.Column(name, INTEGER, nullable=False) for name in ("price_minor", "tax")),
        sa.Column("calculation", TEXT, nullable=True),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(*PLACE, name=op.f("pk_tax_quotes")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_tax_quotes_price")),
        sa.CheckConstraint("tax >= 0", name=op.f("ck_tax_quotes_tax")),
        sqlite_strict=True,
    )
    op.create_index("ix_tax_quotes_at", "tax_quotes", ["at"])
    op.create_table(
        "tax_records",
        sa.Column("guild_id", INTEGER, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("payment_id", "refund_id", "service")),
        *(sa.Column(name, INTEGER, nullable=False) for name in ("amount", "tax")),
        *(sa.Column(name, TEXT, nullable=True) for name in ("record", "refused")),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "payment_id", "refund_id", name=op.f("pk_tax_records")),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_tax_records_payments"),
        ),
        sqlite_strict=True,
    )
    quoted = sa.text("tax_quote IS NOT NULL")
    op.create_index(
        "ix_payments_tax_quote",
        "payments",
        ["created_at"],
        sqlite_where=quoted,
        postgresql_where=quoted,
    )
