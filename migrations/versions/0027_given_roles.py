"""What Discord has of roles that members ordered; of older ones it is looked up."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    standing = sa.Column("standing", TEXT, nullable=False, server_default="none")
    op.add_column("role_terms", standing)
    op.add_column("role_terms", sa.Column("given_at", INTEGER, nullable=True))
