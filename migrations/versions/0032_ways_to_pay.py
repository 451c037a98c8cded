"""A purchase may have several ways to pay, each a payment of its own: the first paid counts."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payments", sa.Column("purchase_id", TEXT, nullable=True))
    op.add_column("payments", sa.Column("paid_instead", TEXT, nullable=True))
    op.add_column("payments", sa.Column("surplus_at", INTEGER, nullable=True))
    _index("ix_payments_purchase", "purchase_id", "purchase_id IS NOT NULL")
    _index("ix_payments_surplus", "surplus_at", "surplus_at IS NOT NULL")
    _index("ix_payments_absent", "expires_at", "checkout = 'absent' AND expires_at IS NOT NULL")


def _index(name: str, column: str, where: str) -> None:
    op.create_index(
        name,
        "payments",
        [column],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
