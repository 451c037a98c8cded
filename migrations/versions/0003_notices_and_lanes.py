"""Messages that could not be sent wait for their reader; those to one person keep their order."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("notice_id", INTEGER, nullable=False),
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_notices_guild_id_member_id"), "notices", ["guild_id", "member_id"], unique=False
    )
    op.add_column("deliveries", sa.Column("lane", TEXT, nullable=True))
    for name, columns, where in (
        ("lane", ["lane", "delivery_id"], "status = 'waiting' AND lane IS NOT NULL"),
        ("dead", ["delivery_id"], "status = 'dead'"),
    ):
        op.create_index(
            op.f(f"ix_deliveries_{name}"),
            "deliveries",
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
