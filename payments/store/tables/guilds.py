"""What guilds sell, their settings, and who gets their events."""

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint

from payments.domain.values.guilds import MAX_POINTS
from payments.store.tables.columns import integer, table, words

guild_settings = table(
    "guild_settings",
    integer("guild_id", primary_key=True, autoincrement=False),
    integer("mod_channel", null=True),
    integer("moderator_role", null=True),
    integer("announcement_channel", null=True),
    integer("maturity"),
    integer("approval_limit", null=True),
    words("announced", server_default="[]"),
    integer("notice_channel", null=True),
    words("point_name", server_default="point"),
    words("points_name", server_default="points"),
    words("points_symbol", server_default=""),
    words("currency", null=True),
    words("approval_limit_currency", null=True),
    words("time_zone", server_default="UTC"),
    integer("open_checkouts", server_default="5"),
    integer("purchases_per_hour", server_default="20"),
    integer("grant_limit", null=True),
    words("flags", server_default="[]"),
    integer("fulfilment_channel", null=True),
    integer("fulfilment_role", null=True),
    words("check_above", server_default="[]"),
    integer("check_younger", null=True),
    integer("check_life", server_default="86400000000"),
)

subscribers = table(
    "subscribers",
    integer("guild_id"),
    words("subscriber_id"),
    words("host"),
    words("kinds"),
    words("sealed"),
    integer("active"),
    integer("failing_since", null=True),
    PrimaryKeyConstraint("guild_id", "subscriber_id"),
)

guild_names = table(
    "guild_names",
    integer("guild_id", primary_key=True, autoincrement=False),
    words("name"),
)

notice_threads = table(
    "notice_threads",
    integer("guild_id"),
    integer("member_id"),
    integer("channel"),
    integer("thread"),
    PrimaryKeyConstraint("guild_id", "member_id"),
)

packages = table(
    "packages",
    integer("guild_id"),
    words("package_id"),
    words("name"),
    integer("points"),
    integer("price_minor"),
    words("currency"),
    integer("active"),
    words("tax_behavior", null=True),
    words("tax_code", null=True),
    words("sku", null=True),
    integer("sku_price", null=True),
    words("sku_currency", null=True),
    integer("sku_since", null=True),
    PrimaryKeyConstraint("guild_id", "package_id"),
    CheckConstraint(f"points BETWEEN 1 AND {MAX_POINTS}", name="points"),
    CheckConstraint("price_minor > 0", name="price"),
)
Index(
    "ix_packages_sku",
    packages.c.sku,
    sqlite_where=packages.c.sku.is_not(None),
    postgresql_where=packages.c.sku.is_not(None),
)
Index(
    "uq_packages_name_for_sale",
    packages.c.guild_id,
    packages.c.name,
    unique=True,
    sqlite_where=packages.c.active == 1,
    postgresql_where=packages.c.active == 1,
)

sku_choices = table(
    "sku_choices",
    integer("member_id"),
    words("sku"),
    integer("guild_id"),
    integer("at"),
    PrimaryKeyConstraint("member_id", "sku"),
)
