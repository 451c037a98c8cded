"""The words of direct messages: for each kind of event the function that finds them.

A kind that is not in the table has no words on that channel.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.wording import text
from payments.domain.values.events import (
    Event,
    PaymentFailed,
    PaymentMismatch,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
    PointsVoided,
    RefundFailed,
    RefundPending,
)
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStanding:
    """How things stand when a message is written, which may be long after its event.

    Attributes:
        payment: The payment, without refunds, disputes and holds.
        balance: The member's points.
        server: The guild's name, unescaped; None if it is not known here.
        reader: The member's language and the names of points.
    """

    payment: Payment
    balance: int
    server: str | None
    reader: text.ReaderFormat = text.PLAIN


def _succeeded(event: PaymentSucceeded, now: CardStanding) -> str:
    where = "" if now.server is None else f" on {text.safe(now.server)}"
    return (
        f"**+{now.reader.points(event.points)}** from {text.quoted(event.package)}{where}. "
        f"You paid {text.money(_paid(now.payment))}. {_balance(now)}"
    )


def _pending(event: PaymentPending, now: CardStanding) -> str | None:
    """Nothing once the money has come or failed: such news is more urgent, and overtakes."""
    if now.payment.state is not PaymentState.PROCESSING:
        return None
    return (
        f"Your payment for {text.quoted(event.package)} is on its way. This method takes a "
        "while; the points come as soon as it has arrived."
    )


def _failed(event: PaymentFailed, now: CardStanding) -> str | None:
    """Nothing if the money came after all, or if the command itself has told already."""
    if now.payment.state is not PaymentState.FAILED:
        return None
    if now.payment.checkout is CheckoutStatus.ABANDONED:
        return None
    return (
        f"Your payment for {text.quoted(event.package)} did not go through. You were not charged. "
        "You can try again with /buy."
    )


def _refunded(event: PaymentRefunded, now: CardStanding) -> str:
    name, back = text.quoted(event.package), text.money(event.refunded)
    if now.payment.credited_at is None:
        return (
            f"{back} of your payment for {name} went back to you. "
            "It had brought no points, so none were taken."
        )
    paid = _paid(now.payment)
    if event.refunded.minor >= paid.minor:
        return (
            f"Your payment for {name} was refunded: {back} went back to you, and "
            f"{now.reader.points(event.points)} were taken back. {_balance(now)}"
        )
    return (
        f"In all, {back} of the {text.money(paid)} that you paid for {name} went back to you, and "
        f"the points for that part were taken back. {_balance(now)}"
    )


def _refund_pending(event: RefundPending, now: CardStanding) -> str | None:
    """Once for each refund; nothing once it has ended."""
    if event.again or not now.payment.refunding:
        return None
    words = (
        f"{text.money(event.amount)} of your payment for {text.quoted(event.package)} are on their "
        f"way back to you. The points for it are on hold until then. {_balance(now)}"
    )
    if event.reason == "requires_action":
        words += " Look into your email: the payment provider needs something from you."
    return words


def _refund_failed(event: RefundFailed, now: CardStanding) -> str | None:
    """Nothing if the member never knew of it."""
    if not event.member_knows:
        return None
    return (
        f"The refund of {text.money(event.amount)} for {text.quoted(event.package)} did not "
        f"arrive, and its points are yours again. {_balance(now)}"
    )


def _mismatched(event: PaymentMismatch, now: CardStanding) -> str | None:
    """Nothing if the mismatch is settled: then the points have come."""
    if now.payment.mismatch is None:
        return None
    return (
        f"Something about your payment for {text.quoted(event.package)} does not fit. "
        "Nothing is lost: a moderator looks at it, and you hear from us."
    )


def _voided(event: PointsVoided, now: CardStanding) -> str:
    where = "" if now.server is None else f" on {text.safe(now.server)}"
    return (
        f"**{now.reader.signed(-event.voided)}**{where}: these points were bought in test mode, "
        f"without real money, and the shop takes real money now. {_balance(now)}"
    )


def _paid(payment: Payment) -> Money:
    """What was paid, tax included; the price as long as that is not known."""
    if payment.paid is None:
        return payment.price
    return Money(minor=payment.paid, currency=payment.price.currency)


def _balance(now: CardStanding) -> str:
    return f"Your balance is **{now.reader.points(now.balance)}**."


DIRECT: Final[Mapping[type[Event], Callable[[Any, CardStanding], str | None]]] = {
    PaymentSucceeded: _succeeded,
    PaymentPending: _pending,
    PaymentFailed: _failed,
    PaymentRefunded: _refunded,
    RefundPending: _refund_pending,
    RefundFailed: _refund_failed,
    PaymentMismatch: _mismatched,
    PointsVoided: _voided,
}
"""What the member reads; none where it is not true any more."""
