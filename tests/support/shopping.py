"""Items and orders, in few words."""

from itertools import count
from typing import Any

from payments.commands.base import by_member
from payments.commands.shop.codes import AddCodes
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.items import AddItem
from payments.commands.shop.place import PlaceOrder
from payments.domain.values.ids import CodeId, ItemId, MemberId, OrderId
from payments.domain.values.items import ItemKind, Limits, Offer, RoleOffer
from payments.domain.values.time import DAY, Instant
from payments.runner.runner import Runner
from tests.support.commands import grant
from tests.support.make import ADA, BEN, EVE, GUILD, START, key

HARBOUR_VIP = 700_000_000_000_000_001
"""The role that items give."""

_numbers = count(1)


def offer(
    name: str = "Captain's table", kind: ItemKind = ItemKind.PERSON, price: int = 100, **more: Any
) -> Offer:
    """What an item is; by default a thing that a person does."""
    if kind is ItemKind.ROLE:
        more.setdefault("role", RoleOffer(id=HARBOUR_VIP, lasts=30 * DAY))
    if kind is ItemKind.PERSON:
        more.setdefault("by_person", True)
    for_good = kind is ItemKind.ROLE and more["role"].lasts is None
    more.setdefault("limits", Limits(per_order=1 if for_good else 100))
    return Offer(name=name, price=price, kind=kind, **more)


def item_id(name: str) -> ItemId:
    return ItemId(f"item-{name}")


def add_item(of: Offer, available: int | None = None, at: Instant = START) -> AddItem:
    """An owner puts an item up."""
    return AddItem(
        key=key(),
        at=at,
        actor=by_member(BEN),
        guild=GUILD,
        offer=of,
        available=available,
        item=item_id(of.name),
    )


def add_codes(of: Offer, number: int, at: Instant = START) -> AddCodes:
    """An owner adds codes; they are not really encrypted here."""
    codes = tuple((CodeId(f"code-{next(_numbers):06}"), "encrypted") for _ in range(number))
    return AddCodes(
        key=key(),
        at=at,
        actor=by_member(BEN),
        guild=GUILD,
        item=item_id(of.name),
        number=number,
        codes=codes,
    )


def place(
    of: Offer,
    order: str = "",
    *,
    member: MemberId = ADA,
    quantity: int = 1,
    at: Instant = START,
    answer: str = "",
) -> PlaceOrder:
    """A member orders an item."""
    return PlaceOrder(
        key=key(),
        at=at,
        actor=by_member(member),
        guild=GUILD,
        member=member,
        item=item_id(of.name),
        quantity=quantity,
        price=of.price,
        answer=answer,
        order=OrderId(order or f"order-{next(_numbers):06}"),
    )


def about(order: str, at: Instant = START, member: MemberId = BEN) -> dict[str, Any]:
    """What commands about an order have in common."""
    return {
        "key": key(),
        "at": at,
        "actor": by_member(member),
        "guild": GUILD,
        "order": OrderId(order),
    }


async def sell_some(runner: Runner) -> None:
    """Eve has ordered a code and a role, and waits for a dinner."""
    await runner.run(grant(1_000, EVE))
    code, role, dinner = (
        offer(name, kind)
        for name, kind in (
            ("Key", ItemKind.CODE),
            ("Harbour VIP", ItemKind.ROLE),
            ("Dinner", ItemKind.PERSON),
        )
    )
    for each in (code, role, dinner):
        await runner.run(add_item(each))
    await runner.run(add_codes(code, 3))
    await runner.run(place(code, "ordered-code", member=EVE))
    await runner.run(place(role, "ordered-role", member=EVE))
    await runner.run(BeginFulfilment(**about("ordered-role")))
    await runner.run(FulfilOrder(**about("ordered-role")))
    await runner.run(place(dinner, "ordered-dinner", member=EVE))
