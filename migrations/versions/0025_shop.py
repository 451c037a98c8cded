"""Items that are given for points, their orders, codes, and the roles that they give."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _column(name: str, kind: sa.types.TypeEngine[Any], *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    op.add_column("transfers", sa.Column("order_id", TEXT, nullable=True))
    for side in ("source", "destination"):
        op.drop_index(f"ix_transfers_{side}", table_name="transfers")
        op.create_index(
            f"ix_transfers_{side}",
            "transfers",
            ["guild_id", side, "at", "transfer_id"],
            sqlite_where=sa.text(f"{side} > 6"),
            postgresql_where=sa.text(f"{side} > 6"),
        )
    _undoable()
    _items()
    _orders()
    _pieces()
    _codes()
    _roles()


def _undoable() -> None:
    kinds = sa.text(
        "kind IN "
        "('points.grant', 'points.revoke', 'member.lift_bar', 'package.retire', 'item.retire')"
    )
    op.drop_index("ix_commands_undoable", table_name="commands")
    op.create_index(
        "ix_commands_undoable",
        "commands",
        ["guild_id", "at"],
        sqlite_where=kinds,
        postgresql_where=kinds,
    )


def _items() -> None:
    op.create_table(
        "items",
        _column("guild_id", INTEGER),
        _column("item_id", TEXT),
        _column("name", TEXT),
        _column("kind", TEXT),
        _column("price", INTEGER),
        _column("offer", TEXT),
        _column("available", INTEGER, null=True),
        _column("reserved", INTEGER),
        _column("sold", INTEGER),
        _column("active", INTEGER),
        sa.PrimaryKeyConstraint("guild_id", "item_id", name=op.f("pk_items")),
        sa.CheckConstraint("price BETWEEN 1 AND 1000000000000", name=op.f("ck_items_price")),
        sa.CheckConstraint(
            "available >= 0 AND reserved >= 0 AND sold >= 0", name=op.f("ck_items_stock")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_items_name_for_sale",
        "items",
        ["guild_id", "name"],
        unique=True,
        sqlite_where=sa.text("active = 1"),
        postgresql_where=sa.text("active = 1"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        _column("guild_id", INTEGER),
        _column("order_id", TEXT),
        _column("member_id", INTEGER),
        _column("item_id", TEXT),
        _column("offer", TEXT),
        _column("quantity", INTEGER),
        _column("points", INTEGER),
        _column("state", TEXT),
        _column("placed_at", INTEGER),
        _column("answer", TEXT),
        _column("due_at", INTEGER, null=True),
        _column("remind_at", INTEGER, null=True),
        _column("fulfilled_at", INTEGER, null=True),
        _column("ended_at", INTEGER, null=True),
        _column("reason", TEXT),
        _column("decided_by", TEXT),
        _column("claimed", TEXT, null=True),
        sa.PrimaryKeyConstraint("guild_id", "order_id", name=op.f("pk_orders")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_orders_quantity")),
        sa.CheckConstraint("points BETWEEN 1 AND 1000000000000", name=op.f("ck_orders_points")),
        sa.ForeignKeyConstraint(
            ["guild_id", "item_id"],
            ["items.guild_id", "items.item_id"],
            name=op.f("fk_orders_items"),
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "member_id"],
            ["accounts.guild_id", "accounts.member_id"],
            name=op.f("fk_orders_accounts"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_orders_order_id", "orders", ["order_id"], unique=True)
    for what in ("member_id", "item_id"):
        op.create_index(
            f"ix_orders_guild_id_{what}_placed_at", "orders", ["guild_id", what, "placed_at"]
        )
    for name, column in (("ending", "due_at"), ("reminding", "remind_at")):
        op.create_index(
            f"ix_orders_{name}",
            "orders",
            [column],
            sqlite_where=sa.text(f"{column} IS NOT NULL"),
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def _pieces() -> None:
    op.create_table(
        "order_pieces",
        _column("guild_id", INTEGER),
        _column("order_id", TEXT),
        _column("position", INTEGER),
        _column("lot_id", TEXT),
        _column("payment_id", TEXT, null=True),
        _column("points", INTEGER),
        sa.PrimaryKeyConstraint("guild_id", "order_id", "position", name=op.f("pk_order_pieces")),
        sa.CheckConstraint("points > 0", name=op.f("ck_order_pieces_points")),
        sa.ForeignKeyConstraint(
            ["guild_id", "order_id"],
            ["orders.guild_id", "orders.order_id"],
            name=op.f("fk_order_pieces_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "lot_id"],
            ["lots.guild_id", "lots.lot_id"],
            name=op.f("fk_order_pieces_lots"),
        ),
        sqlite_strict=True,
    )
    for what in ("payment_id", "lot_id"):
        op.create_index(f"ix_order_pieces_guild_id_{what}", "order_pieces", ["guild_id", what])


def _codes() -> None:
    op.create_table(
        "item_codes",
        _column("guild_id", INTEGER),
        _column("item_id", TEXT),
        _column("code_id", TEXT),
        _column("encrypted", TEXT),
        _column("order_id", TEXT, null=True),
        _column("bad", INTEGER),
        sa.PrimaryKeyConstraint("guild_id", "item_id", "code_id", name=op.f("pk_item_codes")),
        sa.ForeignKeyConstraint(
            ["guild_id", "item_id"],
            ["items.guild_id", "items.item_id"],
            name=op.f("fk_item_codes_items"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_item_codes_guild_id_order_id", "item_codes", ["guild_id", "order_id"])
    op.create_index(
        "ix_item_codes_free",
        "item_codes",
        ["guild_id", "item_id", "code_id"],
        sqlite_where=sa.text("order_id IS NULL"),
        postgresql_where=sa.text("order_id IS NULL"),
    )


def _roles() -> None:
    op.create_table(
        "role_terms",
        _column("guild_id", INTEGER),
        _column("member_id", INTEGER),
        _column("role_id", INTEGER),
        _column("grants", TEXT),
        _column("held_before", INTEGER),
        _column("ends_at", INTEGER, null=True),
        sa.PrimaryKeyConstraint("guild_id", "member_id", "role_id", name=op.f("pk_role_terms")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_role_terms_ending",
        "role_terms",
        ["ends_at"],
        sqlite_where=sa.text("ends_at IS NOT NULL"),
        postgresql_where=sa.text("ends_at IS NOT NULL"),
    )
