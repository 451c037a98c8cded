"""Old rows of the audit log may leave for a file; the chain goes on from where they end."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_archived",
        sa.Column("chain", INTEGER, autoincrement=False, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("seal", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.CheckConstraint("chain = 1", name=op.f("ck_audit_archived_one_chain")),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_archived")),
        sqlite_strict=True,
    )
