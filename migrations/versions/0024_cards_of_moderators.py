"""Where moderators' cards stand, so that they can be changed."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mod_cards",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("nonce", TEXT, nullable=False),
        sa.Column("channel", INTEGER, nullable=False),
        sa.Column("message", INTEGER, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "payment_id", "nonce", name=op.f("pk_mod_cards")),
        sqlite_strict=True,
    )
