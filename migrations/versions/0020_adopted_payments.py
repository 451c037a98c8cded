"""A payment may have begun without us: as what kind of the provider's things it did."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import TEXT

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payments", sa.Column("adopted_as", TEXT, nullable=True))
