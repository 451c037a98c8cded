"""What is told to others when a payment's facts have changed."""

from typing import TypedDict

from payments.domain.books import Books
from payments.domain.events import (
    PaymentDisputed,
    PaymentEvent,
    PaymentExpired,
    PaymentFailed,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
    PointsAwarded,
    PointsReverted,
    RefundFailed,
)
from payments.domain.facts import RefundStatus
from payments.domain.ids import GuildId, MemberId, PaymentId
from payments.domain.money import Money
from payments.domain.payment import Payment, PaymentState
from payments.domain.time import Instant

_BY_STATE: dict[PaymentState, type[PaymentEvent]] = {
    PaymentState.PROCESSING: PaymentPending,
    PaymentState.FAILED: PaymentFailed,
    PaymentState.EXPIRED: PaymentExpired,
    PaymentState.DISPUTED: PaymentDisputed,
}


class About(TypedDict):
    """The fields that every event about a payment has."""

    guild: GuildId
    member: MemberId
    at: Instant
    payment: PaymentId
    package: str
    points: int
    price: Money


def about(payment: Payment, at: Instant) -> About:
    """What every event about a payment says of it."""
    return About(
        guild=payment.guild,
        member=payment.member,
        at=at,
        payment=payment.id,
        package=payment.package_name,
        points=payment.points,
        price=payment.price,
    )


def announce(books: Books, before: Payment, *, held_before: int) -> None:
    """Tell what has changed since `before`, of which `held_before` points were held or burned."""
    after = books.payment(before.id)
    facts = about(after, books.at)
    balance = books.account(after.buyer).balance
    if after.credited_at is not None and before.credited_at is None:
        books.tell(PaymentSucceeded(**facts))
        books.tell(PointsAwarded(**facts, awarded=after.points, balance=balance))
    if after.state is not before.state and after.state in _BY_STATE:
        books.tell(_BY_STATE[after.state](**facts))
    if after.refunded > before.refunded:
        refunded = Money(minor=after.refunded, currency=after.price.currency)
        books.tell(PaymentRefunded(**facts, refunded=refunded))
    if _failed_refunds(after) > _failed_refunds(before):
        books.tell(RefundFailed(**facts))
    held = sum(piece.standing for piece in books.standing_holds(after.id))
    if held > held_before:
        books.tell(PointsReverted(**facts, reverted=held - held_before, balance=balance))
    if held < held_before:
        books.tell(PointsAwarded(**facts, awarded=held_before - held, balance=balance))


def _failed_refunds(payment: Payment) -> int:
    return sum(refund.status is RefundStatus.FAILED for refund in payment.refunds)
