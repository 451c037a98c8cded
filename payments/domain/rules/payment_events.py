"""Events that are emitted when a payment's facts have changed."""

from typing import Final, TypedDict

from payments.domain.books import Books
from payments.domain.rules.refundable import why_not
from payments.domain.values.claims import Dispute, Refund
from payments.domain.values.events import (
    DisputeEvent,
    DisputeWon,
    FraudWarned,
    InquiryClosed,
    PaymentChargedBack,
    PaymentCheckChanged,
    PaymentDisputed,
    PaymentEvent,
    PaymentExpired,
    PaymentFailed,
    PaymentHeld,
    PaymentInquired,
    PaymentPending,
    PaymentRefunded,
    PaymentReleased,
    PaymentSucceeded,
    PaymentSurplus,
    PointsAwarded,
    PointsReverted,
    ProviderCallRequested,
    RefundFailed,
    RefundPending,
    RefundProposalChanged,
)
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import GIVE_BACK
from payments.domain.values.provider_updates import DisputeStatus, MoneyStatus, RefundStatus
from payments.domain.values.purchase_check import CheckStatus, ReleaseReason
from payments.domain.values.time import Instant

_BY_STATE: dict[PaymentState, type[PaymentEvent]] = {
    PaymentState.PROCESSING: PaymentPending,
    PaymentState.FAILED: PaymentFailed,
    PaymentState.EXPIRED: PaymentExpired,
}

_BY_DISPUTE: dict[DisputeStatus, type[DisputeEvent]] = {
    DisputeStatus.INQUIRY: PaymentInquired,
    DisputeStatus.OPEN: PaymentDisputed,
    DisputeStatus.LOST: PaymentChargedBack,
    DisputeStatus.WON: DisputeWon,
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
    balance = books.account(after.buyer).balance_at(books.at)
    if after.credited_at is not None and before.credited_at is None:
        books.emit(PaymentSucceeded(**facts))
        books.emit(PointsAwarded(**facts, awarded=after.points, balance=balance))
    if after.state is not before.state and after.state in _BY_STATE and not was_authorized(after):
        books.emit(_BY_STATE[after.state](**facts))
    announce_check(books, before, after)
    _announce_surplus(books, before, after)
    _announce_refunds(books, before, after)
    for dispute in after.disputes:
        known = next((each for each in before.disputes if each.id == dispute.id), None)
        _announce_dispute(books, after, known, dispute)
    for refund in after.refunds:
        _announce_proposal(books, before, after, refund)
    held = sum(piece.standing for piece in books.standing_holds(after.id))
    if held > held_before:
        books.emit(PointsReverted(**facts, reverted=held - held_before, balance=balance))
    if held < held_before:
        books.emit(PointsAwarded(**facts, awarded=held_before - held, balance=balance))


def was_authorized(payment: Payment) -> bool:
    """Whether its money was set aside at some time, which is told in words of its own."""
    return payment.check is not None and payment.check.authorized_at is not None


def is_only_authorized(payment: Payment) -> bool:
    """Whether money was set aside for it that was not taken, or is not known to be."""
    return was_authorized(payment) and payment.money is not MoneyStatus.PAID


def announce_check(books: Books, before: Payment, after: Payment) -> None:
    """Tell what has changed about money that is set aside until a moderator decides."""
    check = after.check
    if check is None or check.authorized_at is None:
        return
    facts = about(after, books.at)
    if not was_authorized(before) and after.paid_instead is None:
        reasons = ",".join(check.reasons)
        books.emit(PaymentHeld(**facts, reasons=reasons, ends_at=check.ends_at))
    elif why := _why_released(before, after):
        books.emit(PaymentReleased(**facts, why=why, decided_by=check.decided_by))
    elif was_authorized(before) and _standing(before) != _standing(after):
        books.emit(PaymentCheckChanged(**facts, decided_by=check.decided_by))


def _standing(payment: Payment) -> tuple[object, ...]:
    return (payment.money, payment.check.status if payment.check else None)


def _why_released(before: Payment, after: Payment) -> ReleaseReason | None:
    """Why nothing is charged, if that has just come out; it is told once."""
    check = after.check
    if check is None:
        return None
    if after.paid_instead is not None:
        return None if was_authorized(before) else ReleaseReason.SURPLUS
    if check.status in _RELEASED:
        was = before.check.status if before.check else None
        return None if was is check.status else _RELEASED[check.status]
    if after.money is MoneyStatus.FAILED and before.money is not MoneyStatus.FAILED:
        is_approved = check.status is CheckStatus.APPROVED
        return ReleaseReason.NOT_TAKEN if is_approved else ReleaseReason.ENDED
    return None


_RELEASED: Final = {
    CheckStatus.REFUSED: ReleaseReason.REFUSED,
    CheckStatus.LAPSED: ReleaseReason.LAPSED,
}


def _announce_surplus(books: Books, before: Payment, after: Payment) -> None:
    """Tell of money that came twice, and ask for it to go back, as soon as it can."""
    if after.surplus_at is None:
        return
    facts = about(after, books.at)
    if before.surplus_at is None and after.paid_instead:
        paid = Money(minor=after.paid or 0, currency=after.price.currency)
        books.emit(PaymentSurplus(**facts, paid=paid, counted=after.paid_instead))
    if after.goes_back and not before.goes_back:
        books.emit(
            ProviderCallRequested(**facts, provider=after.provider, call=GIVE_BACK, object=after.id)
        )


def warn_of_fraud(books: Books, payment: PaymentId) -> None:
    """Tell moderators that a refund now can avoid a dispute."""
    books.emit(FraudWarned(**about(books.payment(payment), books.at)))


def _announce_refunds(books: Books, before: Payment, after: Payment) -> None:
    """Tell of refunds; what goes back of money that was only set aside was never taken."""
    if is_only_authorized(after):
        return
    for refund in after.refunds:
        known = None if is_only_authorized(before) else before.refund(refund.id)
        _announce_refund(books, after, known, refund)


def _announce_refund(books: Books, after: Payment, known: Refund | None, refund: Refund) -> None:
    _announce_pending(books, after, known, refund)
    if known is not None and known.status is refund.status:
        return
    facts = about(after, books.at)
    currency = after.price.currency
    amount = refund.amount
    asked_by = refund.order.moderator if refund.order else None
    if refund.status is RefundStatus.SUCCEEDED:
        books.emit(
            PaymentRefunded(
                **facts,
                refunded=Money(minor=after.refunded, currency=currency),
                amount=amount,
                refund=refund.id,
                asked_by=asked_by,
                asked_at=refund.order.at if refund.order else None,
            )
        )
    refused = known is not None and known.status is RefundStatus.PENDING
    if refund.status is RefundStatus.FAILED or (
        refused and refund.status is RefundStatus.WITHDRAWN
    ):
        books.emit(
            RefundFailed(
                **facts,
                amount=amount,
                asked_by=asked_by,
                member_knows=known is not None
                and (_is_under_way(known) or known.status is RefundStatus.SUCCEEDED),
            )
        )


def _is_under_way(refund: Refund) -> bool:
    """Whether the provider has said that it is on its way, in a word that we know."""
    is_confirmed = refund.version > 0 and not refund.unknown
    return is_confirmed and refund.status is RefundStatus.PENDING


def _announce_pending(books: Books, after: Payment, known: Refund | None, refund: Refund) -> None:
    """Tell that a refund is on its way, once for each reason that the provider gives."""
    if not _is_under_way(refund):
        return
    again = known is not None and _is_under_way(known)
    if again and known is not None and known.pending_reason == refund.pending_reason:
        return
    books.emit(
        RefundPending(
            **about(after, books.at),
            amount=refund.amount,
            reason=refund.pending_reason,
            asked_by=refund.order.moderator if refund.order else None,
            again=again,
        )
    )


def _announce_proposal(books: Books, before: Payment, after: Payment, refund: Refund) -> None:
    """Tell that a refund which waits for a second moderator can be made no more, or again."""
    was = before.refund(refund.id)
    proposed = RefundStatus.PROPOSED
    if refund.order is None or {refund.status, was.status if was else None} != {proposed}:
        return
    then, now = (
        (why_not(each, refund.amount), each.refunded, each.refunding, each.state)
        for each in (before, after)
    )
    if then == now or (then[0] is None and now[0] is None):
        return
    books.emit(
        RefundProposalChanged(
            **about(after, books.at),
            refund=refund.id,
            amount=refund.amount,
            asked_by=refund.order.by,
            why_not="" if now[0] is None else str(now[0]),
        )
    )


def _announce_dispute(
    books: Books, after: Payment, known: Dispute | None, dispute: Dispute
) -> None:
    if known is not None and known.status is dispute.status:
        return
    kind = _BY_DISPUTE[dispute.status]
    if kind is DisputeWon:  # perhaps nothing has moved
        if known is None:
            return
        kind = InquiryClosed if known.status is DisputeStatus.INQUIRY else DisputeWon
    books.emit(
        kind(
            **about(after, books.at),
            dispute=dispute.id,
            disputed=dispute.amount,
            reason=dispute.reason,
            due_by=dispute.due_by,
        )
    )
