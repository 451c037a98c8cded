"""What is given for points, and who has ordered it."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    text,
)

from payments.domain.values.guilds import MAX_POINTS
from payments.store.tables.columns import integer, table, words

items = table(
    "items",
    integer("guild_id"),
    words("item_id"),
    words("name"),
    words("kind"),
    integer("price"),
    words("offer"),
    integer("available", null=True),
    integer("reserved"),
    integer("sold"),
    integer("active"),
    PrimaryKeyConstraint("guild_id", "item_id"),
    CheckConstraint(f"price BETWEEN 1 AND {MAX_POINTS}", name="price"),
    CheckConstraint("available >= 0 AND reserved >= 0 AND sold >= 0", name="stock"),
)
Index(
    "uq_items_name_for_sale",
    items.c.guild_id,
    items.c.name,
    unique=True,
    sqlite_where=items.c.active == 1,
    postgresql_where=items.c.active == 1,
)

orders = table(
    "orders",
    integer("guild_id"),
    words("order_id"),
    integer("member_id"),
    words("item_id"),
    words("offer"),
    integer("quantity"),
    integer("points"),
    words("state"),
    integer("placed_at"),
    words("answer"),
    integer("due_at", null=True),
    integer("remind_at", null=True),
    integer("fulfilled_at", null=True),
    integer("ended_at", null=True),
    words("reason"),
    words("decided_by"),
    words("claimed", null=True),
    PrimaryKeyConstraint("guild_id", "order_id"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint(f"points BETWEEN 1 AND {MAX_POINTS}", name="points"),
    ForeignKeyConstraint(["guild_id", "item_id"], ["items.guild_id", "items.item_id"]),
    ForeignKeyConstraint(["guild_id", "member_id"], ["accounts.guild_id", "accounts.member_id"]),
    Index(None, "order_id", unique=True),
    Index(None, "guild_id", "member_id", "placed_at"),
    Index(None, "guild_id", "item_id", "placed_at"),
)
OPEN_ORDER = text("due_at IS NOT NULL")
Index(
    "ix_orders_ending",
    orders.c.due_at,
    sqlite_where=OPEN_ORDER,
    postgresql_where=OPEN_ORDER,
)
Index(
    "ix_orders_reminding",
    orders.c.remind_at,
    sqlite_where=text("remind_at IS NOT NULL"),
    postgresql_where=text("remind_at IS NOT NULL"),
)

order_pieces = table(
    "order_pieces",
    integer("guild_id"),
    words("order_id"),
    integer("position"),
    words("lot_id"),
    words("payment_id", null=True),
    integer("points"),
    PrimaryKeyConstraint("guild_id", "order_id", "position"),
    CheckConstraint("points > 0", name="points"),
    ForeignKeyConstraint(["guild_id", "order_id"], ["orders.guild_id", "orders.order_id"]),
    ForeignKeyConstraint(["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"]),
    Index(None, "guild_id", "payment_id"),
    Index(None, "guild_id", "lot_id"),
)

item_codes = table(
    "item_codes",
    integer("guild_id"),
    words("item_id"),
    words("code_id"),
    words("encrypted"),
    words("order_id", null=True),
    integer("bad"),
    words("sight", server_default="seen"),
    PrimaryKeyConstraint("guild_id", "item_id", "code_id"),
    ForeignKeyConstraint(["guild_id", "item_id"], ["items.guild_id", "items.item_id"]),
    Index(None, "guild_id", "order_id"),
)
Index(
    "ix_item_codes_free",
    item_codes.c.guild_id,
    item_codes.c.item_id,
    item_codes.c.code_id,
    sqlite_where=item_codes.c.order_id.is_(None),
    postgresql_where=item_codes.c.order_id.is_(None),
)

panels = table(
    "panels",
    integer("guild_id"),
    words("kind"),
    integer("channel"),
    integer("message"),
    PrimaryKeyConstraint("guild_id", "kind"),
)

role_terms = table(
    "role_terms",
    integer("guild_id"),
    integer("member_id"),
    integer("role_id"),
    words("grants"),
    integer("held_before"),
    integer("ends_at", null=True),
    words("standing", server_default="none"),
    integer("given_at", null=True),
    PrimaryKeyConstraint("guild_id", "member_id", "role_id"),
)
Index(
    "ix_role_terms_ending",
    role_terms.c.ends_at,
    sqlite_where=text("ends_at IS NOT NULL"),
    postgresql_where=text("ends_at IS NOT NULL"),
)

order_cards = table(
    "order_cards",
    integer("guild_id"),
    words("order_id"),
    words("nonce"),
    integer("channel"),
    integer("message"),
    PrimaryKeyConstraint("guild_id", "order_id", "nonce"),
)
