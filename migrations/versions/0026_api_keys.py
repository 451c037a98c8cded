"""Keys with which other programs ask for something."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("scopes", TEXT, nullable=False),
        sa.Column("hashed", TEXT, nullable=False),
        sa.Column("active", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "key_id", name=op.f("pk_api_keys")),
        sqlite_strict=True,
    )
