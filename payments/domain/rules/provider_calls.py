"""When an update of the provider's leads to a call, and when not."""

from dataclasses import replace
from typing import Final

from payments.domain.books import CALLS, Books
from payments.domain.rules.payment_events import about
from payments.domain.values.events import ProviderCallRequested
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import (
    CallKey,
    CallKind,
    CallRequest,
    CallStatus,
    ProviderCall,
)
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus

_TAKING: Final = (CallKind.CAPTURE, CallKind.AUTHORIZE)
"""What is asked for once a buyer has approved a checkout."""


def note_call(books: Books, payment: PaymentId, request: CallRequest) -> None:
    """Note a call that an accepted update asks for, with the delivery that makes it.

    Once for each object: the same asked for again while it waits, or after it was done, changes
    nothing. After it was refused or has lapsed it is another attempt, unless the very same request
    was refused that is made only once.

    Raises:
        NeedsMore: It must be seen whether it was noted before.
    """
    found = books.payment(payment)
    if not _is_wanted(found, request):
        return
    key = CallKey(found.provider, request.kind, request.object)
    known = books.see(CALLS, key)
    if known is not None and _was_refused(known, request):
        return
    if known is None:
        call = ProviderCall(
            key=key,
            guild=found.guild,
            payment=payment,
            request=request.request,
            until=request.until,
            noted_at=books.at,
        )
    elif known.status in {CallStatus.REFUSED, CallStatus.LAPSED}:
        call = replace(
            known,
            request=request.request,
            until=request.until,
            attempt=known.attempt + 1,
            status=CallStatus.WAITING,
        )
    else:
        return
    books[CALLS][key] = call
    books.emit(
        ProviderCallRequested(
            **about(found, books.at), provider=key.provider, call=key.kind, object=key.object
        )
    )


def _was_refused(known: ProviderCall, request: CallRequest) -> bool:
    """Whether the provider has said no to this very request, which it would only repeat."""
    is_same = request.once and known.request == request.request
    return is_same and known.status is CallStatus.REFUSED


def closing_calls(payment: Payment) -> list[CallKey]:
    """The calls that must be seen before a payment is closed whose purchase was paid otherwise."""
    if payment.session is None:
        return []
    kinds = (CallKind.CAPTURE, CallKind.AUTHORIZE, CallKind.EXPIRE)
    return [CallKey(payment.provider, each, payment.session) for each in kinds]


def close_checkout(books: Books, payment: Payment) -> None:
    """Ask for an open checkout to be closed whose purchase was paid by another way, once.

    Raises:
        NeedsMore: It must be seen whether it was noted before.
    """
    if payment.checkout is not CheckoutStatus.OPEN or payment.session is None:
        return
    if books.see(CALLS, CallKey(payment.provider, CallKind.EXPIRE, payment.session)) is None:
        until = payment.expires_at
        close = CallRequest(kind=CallKind.EXPIRE, object=payment.session, request="{}", until=until)
        note_call(books, payment.id, close)


def drop_capture(books: Books, payment: Payment) -> None:
    """Take or set aside no money any more that waits for it: another way was paid.

    Raises:
        NeedsMore: It must be seen whether it waits.
    """
    if payment.session is None:
        return
    for kind in _TAKING:
        known = books.see(CALLS, CallKey(payment.provider, kind, payment.session))
        if known is not None and known.status is CallStatus.WAITING:
            books[CALLS][known.key] = replace(known, status=CallStatus.LAPSED)


def _is_wanted(payment: Payment, request: CallRequest) -> bool:
    """Money is taken until it comes, and what is set aside as long as it is.

    An entitlement is used up only after it was credited. Of a purchase that was paid by another way
    nothing is taken, and only then it is closed.
    """
    if request.kind is CallKind.CONSUME:
        return payment.credited_at is not None
    if request.kind in _TAKING and payment.paid_instead is not None:
        return False
    if request.kind in {CallKind.COLLECT, CallKind.VOID}:
        return payment.money is MoneyStatus.AUTHORIZED
    return payment.money in {MoneyStatus.UNPAID, MoneyStatus.FAILED}
