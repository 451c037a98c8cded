"""Events, and where they are to be delivered."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, text

from payments.store.tables.columns import integer, table, words

events = table(
    "events",
    integer("guild_id"),
    words("event_id"),
    words("name"),
    words("body"),
    words("command_key"),
    integer("at"),
    PrimaryKeyConstraint("guild_id", "event_id"),
    Index(None, "at"),
)

deliveries = table(
    "deliveries",
    integer("delivery_id", primary_key=True),
    integer("guild_id"),
    words("event_id"),
    words("channel"),
    words("lane", null=True),
    integer("priority"),
    words("status"),
    integer("attempts"),
    integer("postponements"),
    integer("created_at"),
    integer("due_at"),
    words("lease", null=True),
    integer("leased_until", null=True),
    integer("ended_at", null=True),
    words("last_error", null=True),
    words("queue", server_default="discord"),
    words("target", null=True),
    words("nonce", server_default=""),
    ForeignKeyConstraint(["guild_id", "event_id"], ["events.guild_id", "events.event_id"]),
    CheckConstraint("status IN ('waiting', 'delivered', 'given_up', 'dead')", name="status"),
    Index(None, "guild_id", "event_id"),
)
Index(
    "ix_deliveries_lane",
    deliveries.c.lane,
    deliveries.c.delivery_id,
    sqlite_where=text("status = 'waiting' AND lane IS NOT NULL"),
    postgresql_where=text("status = 'waiting' AND lane IS NOT NULL"),
)
Index(
    "ix_deliveries_dead",
    deliveries.c.delivery_id,
    sqlite_where=deliveries.c.status == text("'dead'"),
    postgresql_where=deliveries.c.status == text("'dead'"),
)
ENDED = text("status IN ('delivered', 'given_up')")
"""Deliveries that are over, in the very words of the index over them."""

Index("ix_deliveries_ended", deliveries.c.ended_at, sqlite_where=ENDED, postgresql_where=ENDED)
for _name, _columns in {
    "ix_deliveries_urgent": (deliveries.c.queue, deliveries.c.priority, deliveries.c.due_at),
    "ix_deliveries_oldest": (deliveries.c.queue, deliveries.c.created_at),
}.items():
    Index(
        _name,
        *_columns,
        deliveries.c.delivery_id,
        sqlite_where=deliveries.c.status == text("'waiting'"),
        postgresql_where=deliveries.c.status == text("'waiting'"),
    )

notices = table(
    "notices",
    integer("notice_id", primary_key=True, autoincrement=False),
    integer("guild_id"),
    integer("member_id"),
    words("words"),
    integer("at"),
    Index(None, "guild_id", "member_id"),
)
