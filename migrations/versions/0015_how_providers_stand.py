"""How far each provider's events were listed, and what it refuses us."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0015"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_states",
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("livemode", INTEGER, nullable=False),
        sa.Column("listed_until", INTEGER, nullable=True),
        sa.Column("trouble", TEXT, nullable=True),
        sa.Column("trouble_since", INTEGER, nullable=True),
        sa.Column("quarantine_tried_at", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("provider", "livemode", name=op.f("pk_provider_states")),
        sqlite_strict=True,
    )
