"""Rows of items, orders, codes and roles."""

from functools import lru_cache
from typing import Any, Final

from payments.domain.values.codes import Code, Sight
from payments.domain.values.ids import CodeId, GuildId, ItemId, MemberId, OrderId
from payments.domain.values.items import Item, ItemKey, Offer, Stock
from payments.domain.values.orders import Order, OrderState, Piece
from payments.domain.values.roles import RoleGrant, RoleKey, RoleStanding, RoleTerm
from payments.domain.values.time import Instant
from payments.store.rows.codec import decode, encode
from payments.store.rows.row import Row

KEPT: Final = 2_048
"""How many items and offers are kept as they were read, since members look at the same ones.

What never changes is kept: whatever changes in a row is another item.
"""

_GRANTS = tuple[RoleGrant, ...]


@lru_cache(maxsize=KEPT)
def _offer_from(text: str) -> Offer:
    """An offer as it is stored: that of an item and those of its orders are mostly the same."""
    offer: Offer = decode(Offer, text)
    return offer


@lru_cache(maxsize=KEPT)
def item_of(
    guild: int,
    item: str,
    offer: str,
    available: int | None,
    reserved: int,
    sold: int,
    active: int,
) -> Item:
    """The item of a row of `items`, from its columns of these names."""
    return Item(
        id=ItemId(item),
        guild=GuildId(guild),
        offer=_offer_from(offer),
        stock=Stock(available=available, reserved=reserved, sold=sold),
        active=bool(active),
    )


def item_from(row: Row) -> Item:
    """A row of `items`."""
    stock = row["available"], row["reserved"], row["sold"]
    return item_of(row["guild_id"], row["item_id"], row["offer"], *stock, row["active"])


def item_row(item: Item) -> dict[str, Any]:
    """A row for `items`."""
    return {
        "guild_id": item.guild,
        "item_id": item.id,
        "name": item.offer.name,
        "kind": item.offer.kind,
        "price": item.offer.price,
        "offer": encode(Offer, item.offer),
        "active": int(item.active),
        **stock_columns(item),
    }


def stock_columns(item: Item) -> dict[str, Any]:
    """The columns of `items` that orders change."""
    stock = item.stock
    return {"available": stock.available, "reserved": stock.reserved, "sold": stock.sold}


def order_from(row: Row, pieces: tuple[Piece, ...]) -> Order:
    """A row of `orders`, with its points."""
    return Order(
        id=OrderId(row["order_id"]),
        guild=GuildId(row["guild_id"]),
        member=MemberId(row["member_id"]),
        item=ItemId(row["item_id"]),
        offer=_offer_from(row["offer"]),
        quantity=row["quantity"],
        pieces=pieces,
        state=OrderState(row["state"]),
        placed_at=Instant(row["placed_at"]),
        answer=row["answer"],
        due_at=row["due_at"],
        remind_at=row["remind_at"],
        fulfilled_at=row["fulfilled_at"],
        ended_at=row["ended_at"],
        reason=row["reason"],
        by=row["decided_by"],
        claimed=row["claimed"],
    )


def new_order_row(order: Order) -> dict[str, Any]:
    """A row for `orders`, with what never changes."""
    return {
        "guild_id": order.guild,
        "order_id": order.id,
        "member_id": order.member,
        "item_id": order.item,
        "offer": encode(Offer, order.offer),
        "quantity": order.quantity,
        "points": order.points,
        "placed_at": order.placed_at,
        "answer": order.answer,
        **order_facts(order),
    }


def order_facts(order: Order) -> dict[str, Any]:
    """The columns of `orders` that change."""
    return {
        "state": order.state,
        "due_at": order.due_at,
        "remind_at": order.remind_at,
        "fulfilled_at": order.fulfilled_at,
        "ended_at": order.ended_at,
        "reason": order.reason,
        "decided_by": order.by,
        "claimed": order.claimed,
    }


def piece_rows(order: Order) -> list[dict[str, Any]]:
    """Rows for `order_pieces`."""
    return [
        {
            "guild_id": order.guild,
            "order_id": order.id,
            "position": position,
            "lot_id": piece.lot.id,
            "payment_id": piece.lot.terms.payment,
            "points": piece.points,
        }
        for position, piece in enumerate(order.pieces)
    ]


def code_from(row: Row) -> Code:
    """A row of `item_codes`."""
    return Code(
        id=CodeId(row["code_id"]),
        item=ItemKey(GuildId(row["guild_id"]), ItemId(row["item_id"])),
        encrypted=row["encrypted"],
        order=row["order_id"],
        bad=bool(row["bad"]),
        sight=Sight(row["sight"]),
    )


def code_row(code: Code) -> dict[str, Any]:
    """A row for `item_codes`."""
    return {
        "guild_id": code.item.guild,
        "item_id": code.item.item,
        "code_id": code.id,
        "encrypted": code.encrypted,
        "order_id": code.order,
        "bad": int(code.bad),
        "sight": code.sight,
    }


def role_key_from(row: Row) -> RoleKey:
    """Whose role a row of `role_terms` is about."""
    return RoleKey(GuildId(row["guild_id"]), MemberId(row["member_id"]), row["role_id"])


def role_term_from(row: Row) -> RoleTerm:
    """A row of `role_terms`."""
    return RoleTerm(
        grants=decode(_GRANTS, row["grants"]),
        held_before=bool(row["held_before"]),
        standing=RoleStanding(row["standing"]),
        given_at=row["given_at"],
    )


def role_term_row(key: RoleKey, term: RoleTerm) -> dict[str, Any]:
    """A row for `role_terms`."""
    return {
        "guild_id": key.guild,
        "member_id": key.member,
        "role_id": key.role,
        "grants": encode(_GRANTS, term.grants),
        "held_before": int(term.held_before),
        "ends_at": term.ends_at,
        "standing": term.standing,
        "given_at": term.given_at,
    }
