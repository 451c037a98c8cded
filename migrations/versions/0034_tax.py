"""Packages say how they are taxed, and payments what their tax came to."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("packages", "payments"):
        op.add_column(table, sa.Column("tax_behavior", TEXT, nullable=True))
        op.add_column(table, sa.Column("tax_code", TEXT, nullable=True))
    op.add_column("payments", sa.Column("tax_asked", INTEGER, nullable=True))
    op.add_column("payments", sa.Column("tax", INTEGER, nullable=True))
    op.add_column("payments", sa.Column("tax_quote", TEXT, nullable=True))
