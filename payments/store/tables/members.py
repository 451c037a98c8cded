"""How often members do things, and which notices they want."""

from sqlalchemy import PrimaryKeyConstraint

from payments.store.tables.columns import integer, table, words

paces = table(
    "paces",
    integer("guild_id"),
    integer("member_id"),
    words("kind"),
    integer("full_at"),
    PrimaryKeyConstraint("guild_id", "member_id", "kind"),
)

transfer_notices = table(
    "transfer_notices",
    integer("guild_id"),
    integer("member_id"),
    integer("muted"),
    integer("told_at", null=True),
    PrimaryKeyConstraint("guild_id", "member_id"),
)

admitted_guilds = table(
    "admitted_guilds",
    integer("guild_id", primary_key=True, autoincrement=False),
    integer("at"),
)
