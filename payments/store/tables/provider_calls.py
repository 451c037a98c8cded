"""Calls to providers that follow a commit."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, text

from payments.store.tables.columns import integer, table, words

provider_calls = table(
    "provider_calls",
    words("provider"),
    words("object_id"),
    words("kind"),
    integer("guild_id"),
    words("payment_id"),
    words("request"),
    integer("until", null=True),
    integer("attempt"),
    words("status"),
    integer("noted_at"),
    PrimaryKeyConstraint("provider", "object_id", "kind"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
    CheckConstraint("status IN ('waiting', 'done', 'refused', 'lapsed')", name="status"),
)
Index(
    "ix_provider_calls_waiting",
    provider_calls.c.guild_id,
    provider_calls.c.payment_id,
    sqlite_where=provider_calls.c.status == text("'waiting'"),
    postgresql_where=provider_calls.c.status == text("'waiting'"),
)
