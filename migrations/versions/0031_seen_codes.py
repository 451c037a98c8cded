"""Whether the owner of a code has seen it: of those that were given before, it counts as seen."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import TEXT

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sight = sa.Column("sight", TEXT, nullable=False, server_default="seen")
    op.add_column("item_codes", sight)
