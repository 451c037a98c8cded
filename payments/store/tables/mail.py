"""Where buyers get mail, who gets none any more, and how mail stands."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint

from payments.store.tables.columns import integer, table, words

mail_addresses = table(
    "mail_addresses",
    integer("guild_id"),
    words("payment_id"),
    integer("member_id"),
    words("encrypted"),
    words("fingerprint"),
    integer("noted_at"),
    integer("ends_at"),
    PrimaryKeyConstraint("guild_id", "payment_id"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
    Index(None, "guild_id", "member_id", "noted_at"),
    Index(None, "fingerprint"),
    Index(None, "ends_at"),
)

mail_stops = table(
    "mail_stops",
    words("fingerprint"),
    words("reason"),
    integer("at"),
    PrimaryKeyConstraint("fingerprint"),
    CheckConstraint(
        "reason IN ('refused', 'bounced', 'dropped', 'spam', 'asked')",
        name="reason",
    ),
)

mail_state = table(
    "mail_state",
    integer("one", primary_key=True, autoincrement=False),
    words("encrypted_key"),
    words("trouble", null=True),
    integer("trouble_since", null=True),
    CheckConstraint("one = 1", name="one_row"),
)
