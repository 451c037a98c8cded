"""Above a limit, points are given only with a second moderator; no guild has one yet."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER

revision = "0014"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guild_settings", sa.Column("grant_limit", INTEGER, nullable=True))
