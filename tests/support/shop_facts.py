"""What the books and the events say of the shop's payment."""

from typing import Any

from sqlalchemy import select

from payments.domain.values.claims import Dispute
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.store import tables
from payments.store.rows.codec import decode_event
from tests.support.make import ADA, GUILD
from tests.support.shop import Shop
from tests.support.web import PAYMENT


async def payment_of(shop: Shop) -> Payment:
    found = await shop.queries.payment(PaymentId(PAYMENT))
    assert found is not None
    return found


async def dispute_of(shop: Shop) -> Dispute:
    (dispute,) = (await payment_of(shop)).disputes
    return dispute


async def events_of(shop: Shop, name: str) -> list[Any]:
    """All events of a kind, as they were told."""
    events = tables.events
    query = select(events.c.body).where(events.c.name == name).order_by(events.c.event_id)
    bodies = await shop.database.transact(lambda c: list(c.execute(query).scalars()))
    return [decode_event(name, body) for body in bodies]


async def is_purchase_banned(shop: Shop) -> bool:
    return bool(await shop.queries.purchase_banned_by(GUILD, ADA))
