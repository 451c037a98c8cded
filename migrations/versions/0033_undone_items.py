"""A new item can be taken off sale again: it is found among what moderators may undo."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kinds = sa.text(
        "kind IN ('points.grant', 'points.revoke', 'member.lift_bar', 'package.retire', "
        "'item.retire', 'item.add')"
    )
    op.drop_index("ix_commands_undoable", table_name="commands")
    op.create_index(
        "ix_commands_undoable",
        "commands",
        ["guild_id", "at"],
        sqlite_where=kinds,
        postgresql_where=kinds,
    )
