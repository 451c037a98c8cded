"""Announcements, private threads, other programs that subscribe; old deliveries can be pruned."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING = "status = 'waiting'"
_ENDED = "status IN ('delivered', 'given_up')"


def upgrade() -> None:
    _widen_settings()
    _make_tables()
    _widen_deliveries()
    _number_seals()
    for table, columns in {
        "events": ["at"],
        "provider_events": ["received_at"],
    }.items():
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)


def _widen_settings() -> None:
    op.add_column(
        "guild_settings", sa.Column("announced", TEXT, server_default="[]", nullable=False)
    )
    op.add_column("guild_settings", sa.Column("notice_channel", INTEGER, nullable=True))


def _number_seals() -> None:
    """So far the order of the seals was that of the rows, without a gap."""
    op.add_column("audit_seals", sa.Column("position", INTEGER, server_default="0", nullable=False))
    op.execute("UPDATE audit_seals SET position = audit_id")
    op.create_index(op.f("uq_audit_seals_position"), "audit_seals", ["position"], unique=True)


def _make_tables() -> None:
    op.create_table(
        "subscribers",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("subscriber_id", TEXT, nullable=False),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("kinds", TEXT, nullable=False),
        sa.Column("sealed", TEXT, nullable=False),
        sa.Column("active", INTEGER, nullable=False),
        sa.Column("failing_since", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("guild_id", "subscriber_id", name=op.f("pk_subscribers")),
        sqlite_strict=True,
    )
    op.create_table(
        "notice_threads",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("channel", INTEGER, nullable=False),
        sa.Column("thread", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "member_id", name=op.f("pk_notice_threads")),
        sqlite_strict=True,
    )


def _widen_deliveries() -> None:
    op.add_column("deliveries", sa.Column("target", TEXT, nullable=True))
    op.add_column("deliveries", sa.Column("queue", TEXT, server_default="discord", nullable=False))
    op.create_index(
        op.f("ix_deliveries_guild_id_event_id"),
        "deliveries",
        ["guild_id", "event_id"],
        unique=False,
    )
    for name in ("urgent", "oldest"):
        op.drop_index(op.f(f"ix_deliveries_{name}"), "deliveries")
    for name, columns, where in (
        ("urgent", ["queue", "priority", "due_at", "delivery_id"], _WAITING),
        ("oldest", ["queue", "created_at", "delivery_id"], _WAITING),
        ("ended", ["ended_at"], _ENDED),
    ):
        op.create_index(
            op.f(f"ix_deliveries_{name}"),
            "deliveries",
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
