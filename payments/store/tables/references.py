"""What providers call the payments, what tells this installation from another one, and troubles."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint

from payments.store.tables.columns import integer, table, words

provider_references = table(
    "provider_references",
    words("provider"),
    words("object_id"),
    words("kind"),
    integer("guild_id"),
    words("payment_id"),
    PrimaryKeyConstraint("provider", "object_id", "kind"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
)

installation = table(
    "installation",
    integer("one", primary_key=True, autoincrement=False),
    words("installation_id"),
    CheckConstraint("one = 1", name="one_row"),
)

provider_troubles = table(
    "provider_troubles",
    integer("guild_id"),
    words("provider"),
    words("reason"),
    integer("count"),
    integer("last_at"),
    PrimaryKeyConstraint("guild_id", "provider", "reason"),
)
