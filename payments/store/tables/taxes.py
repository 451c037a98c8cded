"""What tax services have computed, and what was reported to them."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint

from payments.store.tables.columns import integer, table, words

tax_quotes = table(
    "tax_quotes",
    words("service"),
    words("country"),
    words("postal_code"),
    words("tax_code"),
    words("tax_behavior"),
    words("currency"),
    integer("price_minor"),
    integer("tax"),
    words("calculation", null=True),
    integer("at"),
    PrimaryKeyConstraint(
        "service",
        "country",
        "postal_code",
        "tax_code",
        "tax_behavior",
        "currency",
        "price_minor",
    ),
    CheckConstraint("price_minor > 0", name="price"),
    CheckConstraint("tax >= 0", name="tax"),
    Index(None, "at"),
)

tax_records = table(
    "tax_records",
    integer("guild_id"),
    words("payment_id"),
    words("refund_id"),
    words("service"),
    integer("amount"),
    integer("tax"),
    words("record", null=True),
    words("refused", null=True),
    integer("at"),
    PrimaryKeyConstraint("guild_id", "payment_id", "refund_id"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
)
