"""Packages may be sold in a provider's own shop, too, and members choose where that counts."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("packages", sa.Column("sku", TEXT, nullable=True))
    op.add_column("packages", sa.Column("sku_price", INTEGER, nullable=True))
    op.add_column("packages", sa.Column("sku_currency", TEXT, nullable=True))
    op.add_column("packages", sa.Column("sku_since", INTEGER, nullable=True))
    op.create_index(
        "ix_packages_sku",
        "packages",
        ["sku"],
        sqlite_where=sa.text("sku IS NOT NULL"),
        postgresql_where=sa.text("sku IS NOT NULL"),
    )
    op.create_table(
        "sku_choices",
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("sku", TEXT, nullable=False),
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("member_id", "sku", name="pk_sku_choices"),
        sqlite_strict=True,
    )
