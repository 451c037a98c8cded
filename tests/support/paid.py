"""A payment as a plain value, for what follows from its facts alone."""

from typing import Any

from payments.domain.values.claims import Dispute, Refund, RefundOrder
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.share import Share
from tests.support.make import ADA, BEN, GUILD, START, package


def paid_payment(**more: Any) -> Payment:
    """500 points for 4.99 €, paid and credited; `more` are facts that are otherwise."""
    bought = package()
    usual: dict[str, Any] = {
        "id": PaymentId("p1"),
        "guild": GUILD,
        "member": ADA,
        "provider": "stripe",
        "livemode": True,
        "package": bought.id,
        "package_name": bought.name,
        "points": bought.points,
        "price": bought.price,
        "maturity": 0,
        "created_at": START,
        "session": "cs_p1",
        "checkout": CheckoutStatus.COMPLETE,
        "money": MoneyStatus.PAID,
        "paid": bought.price.minor,
        "intent": "pi_p1",
        "credited_at": START,
    }
    return Payment(**(usual | more))


def refund(
    minor: int, status: RefundStatus = RefundStatus.SUCCEEDED, name: str = "re_1", **more: Any
) -> Refund:
    """A refund of an amount in cents."""
    amount = Money(minor=minor, currency=more.pop("currency", "EUR"))
    usual: dict[str, Any] = {"share": Share(part=minor)}
    return Refund(id=name, status=status, amount=amount, **(usual | more))


def dispute(minor: int, status: DisputeStatus, name: str = "dp_1", **more: Any) -> Dispute:
    """A dispute of an amount in cents."""
    amount = Money(minor=minor, currency=more.pop("currency", "EUR"))
    usual: dict[str, Any] = {"share": Share(part=minor)}
    return Dispute(id=name, status=status, amount=amount, **(usual | more))


def order(**more: Any) -> RefundOrder:
    """Ben asked for it."""
    usual: dict[str, Any] = {"by": BEN, "at": START, "reason": "", "request": "{}"}
    return RefundOrder(**(usual | more))
