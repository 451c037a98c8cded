"""An order as a plain value."""

from typing import Any

from payments.domain.values.ids import ItemId, OrderId
from payments.domain.values.items import ItemKind, Offer
from payments.domain.values.orders import Order
from tests.support.make import ADA, GUILD, START


def ordered(**more: Any) -> Order:
    """Two mugs for 100 points each; `more` is what is otherwise."""
    usual: dict[str, Any] = {
        "id": OrderId("o1"),
        "guild": GUILD,
        "member": ADA,
        "item": ItemId("mug"),
        "offer": Offer(name="Harbour mug", price=100, kind=ItemKind.PERSON),
        "quantity": 2,
        "pieces": (),
        "placed_at": START,
    }
    return Order(**(usual | more))
