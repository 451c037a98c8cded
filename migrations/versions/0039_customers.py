"""Which customer a member is at a provider, and which checkout may show them."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("livemode", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("customer", TEXT, nullable=False),
        sa.Column("lent_to", TEXT, nullable=True),
        sa.Column("lent_until", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("provider", "livemode", "member_id", name=op.f("pk_customers")),
        sqlite_strict=True,
    )
