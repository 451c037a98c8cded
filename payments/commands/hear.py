"""What a provider told of a payment is compared with what we know, and then believed or doubted."""

from dataclasses import dataclass, replace

from payments.domain.announcing import about, announce
from payments.domain.books import Books
from payments.domain.events import PaymentDoubted
from payments.domain.facts import CheckoutTold, MoneyStatus, RefundTold, Told
from payments.domain.ids import PaymentId
from payments.domain.incoming import IncomingStatus
from payments.domain.payment import Payment
from payments.domain.settlement import settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of something that a provider told; `reason` is empty if it was believed."""

    status: IncomingStatus
    reason: str = ""


BELIEVED = Heard(status=IncomingStatus.HANDLED)


def payment_of(told: Told) -> PaymentId:
    """Which payment something is said about."""
    return told.reference.payment if isinstance(told, CheckoutTold) else told.payment


def hear(books: Books, told: Told) -> Heard:
    """Take in what a provider told of a payment, and bring the books in line with it."""
    if books.find_payment(payment_of(told)) is None:
        return Heard(status=IncomingStatus.PENDING, reason="Its payment is not known here yet.")
    if isinstance(told, CheckoutTold):
        return hear_checkout(books, told)
    before = books.payment(told.payment)
    held_before = _held(books, before)
    if isinstance(told, RefundTold):
        books.payments[before.id] = before.with_refund(told)
        settle(books, before.id, cause=told.refund)
    else:
        books.payments[before.id] = before.with_dispute(told)
        settle(books, before.id, cause=told.dispute, reach_out=True)
    announce(books, before, held_before=held_before)
    return BELIEVED


def hear_checkout(books: Books, told: CheckoutTold) -> Heard:
    """Take in what a provider told of a checkout; what does not fit changes no books."""
    before = books.payment(told.reference.payment)
    if doubt := why_doubted(before, told):
        if before.doubt != doubt:
            books.payments[before.id] = replace(before, doubt=doubt)
            books.tell(PaymentDoubted(**about(before, books.at), reason=doubt))
        return Heard(status=IncomingStatus.QUARANTINED, reason=doubt)
    held_before = _held(books, before)
    books.payments[before.id] = before.with_checkout(told)
    settle(books, before.id, cause=told.session)
    announce(books, before, held_before=held_before)
    return BELIEVED


def _held(books: Books, payment: Payment) -> int:
    return sum(piece.standing for piece in books.standing_holds(payment.id))


def why_doubted(payment: Payment, told: CheckoutTold) -> str | None:
    """Why what was told does not fit the payment, in a sentence for moderators; none if it does.

    Cases 25, 27, 28 and 29: full discounts, recovered sessions, other amounts, other metadata.
    """
    reference = told.reference
    ours = (payment.guild, payment.member, payment.package)
    if (reference.guild, reference.member, reference.package) != ours:
        return "The checkout's metadata is not what we gave it."
    if payment.session not in {None, told.session, told.recovered_from}:
        return "The payment has another checkout."
    if told.currency != payment.price.currency:
        return f"The checkout is in {told.currency}, the package in {payment.price.currency}."
    return _why_amount_doubted(payment, told)


def _why_amount_doubted(payment: Payment, told: CheckoutTold) -> str | None:
    paid = told.money is MoneyStatus.PAID
    if not told.payment_required or told.discount:
        return "The checkout has a discount that is not ours."
    if told.subtotal != payment.price.minor and (paid or told.subtotal is not None):
        return f"The checkout's amount is {told.subtotal}, the package's {payment.price.minor}."
    if paid and (told.total is None or told.total < payment.price.minor):
        return f"The checkout's total is {told.total}, the package costs {payment.price.minor}."
    return None
