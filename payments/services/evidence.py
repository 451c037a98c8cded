"""All that the books know of one payment, to answer a dispute."""

from dataclasses import dataclass

from payments.domain.values.orders import Order
from payments.domain.values.payment import Payment
from payments.domain.values.time import Instant
from payments.store.queries import Queries, Sent, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a payment.

    Attributes:
        payment: With its refunds and disputes.
        steps: How its points moved.
        orders: What its points were given for, and what became of each order.
        messages: The events of it, and what became of each message.
        gathered_at: When this was read.
        server: What the Discord server was called last; None if nobody has kept it.
    """

    payment: Payment
    steps: tuple[Step, ...]
    orders: tuple[Order, ...]
    messages: tuple[Sent, ...]
    gathered_at: Instant
    server: str | None = None


async def gather(queries: Queries, payment: Payment, now: Instant) -> Evidence:
    """Read all that is known of a payment."""
    return Evidence(
        payment=payment,
        steps=tuple(await queries.steps(payment)),
        orders=tuple(await queries.orders_paid_by(payment)),
        messages=tuple(await queries.messages(payment)),
        gathered_at=now,
        server=await queries.guild_name(payment.guild),
    )
