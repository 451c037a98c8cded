"""Money that is set aside until a moderator has checked its purchase: held, taken, let go of.

The first of several ways whose money is set aside holds the purchase, as one that is paid does. If
it comes to nothing, nothing is kept: the buyer begins another purchase.
"""

from dataclasses import replace
from typing import Final

from payments.domain.books import PAYMENTS, Books
from payments.domain.errors import Refused
from payments.domain.rules.provider_calls import note_call
from payments.domain.rules.ways import leave_others
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import CallKind, CallRequest
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.purchase_check import CheckStatus, PurchaseCheck

VOID_REQUEST: Final = "{}"
"""Letting go of money needs no more than its id."""


def hold(books: Books, payment: PaymentId) -> None:
    """Let a purchase wait for a moderator whose money was set aside, once.

    Money that was set aside for a purchase which was paid by another way is let go of.

    Raises:
        NeedsMore: Its other ways must be seen.
    """
    found = books.payment(payment)
    if found.money is not MoneyStatus.AUTHORIZED:
        return
    check = found.check or PurchaseCheck()
    if check.authorized_at is None:
        ends_at = check.end_if_known_at(books.at) if found.paid_instead is None else None
        check = replace(check, authorized_at=books.at, ends_at=ends_at)
        books[PAYMENTS][payment] = replace(found, check=check, mismatch=None)
        if found.paid_instead is None:
            leave_others(books, books.payment(payment))
    if found.paid_instead is not None:
        let_go(books, payment)


def let_go(books: Books, payment: PaymentId) -> None:
    """Ask for money that was set aside to be let go of, once.

    Raises:
        NeedsMore: It must be seen whether it was noted before.
    """
    check = books.payment(payment).check
    if check is not None and check.authorization is not None:
        request = CallRequest(
            kind=CallKind.VOID,
            object=check.authorization,
            request=VOID_REQUEST,
            until=check.held_until,
        )
        note_call(books, payment, request)


def collect(books: Books, payment: PaymentId, request: str) -> None:
    """Ask for money that was set aside to be taken.

    Args:
        books: The books.
        payment: Whose.
        request: The exact request, as the provider wrote it.

    Raises:
        NeedsMore: It must be seen whether it was noted before.
    """
    check = books.payment(payment).check
    if check is None or check.authorization is None:
        raise Refused("There is no money to be taken for this purchase.")
    call = CallRequest(
        kind=CallKind.COLLECT,
        object=check.authorization,
        request=request,
        until=check.held_until,
    )
    note_call(books, payment, call)


def waiting_check(payment: Payment) -> PurchaseCheck:
    """The check of a purchase that a moderator can decide now.

    Raises:
        Refused: It was decided, or has ended; says how.
    """
    check = payment.check
    if check is None or payment.paid_instead is not None:
        raise Refused("This purchase needs no check.")
    if check.status is CheckStatus.APPROVED:
        raise Refused("This purchase was approved already.")
    if check.status is CheckStatus.REFUSED:
        raise Refused("This purchase was refused already.")
    if check.status is CheckStatus.LAPSED:
        raise Refused("Nobody decided in time, so the money was released.")
    if payment.money is MoneyStatus.PAID:
        raise Refused("This purchase was paid already.")
    if payment.money is not MoneyStatus.AUTHORIZED:
        raise Refused("The money of this purchase is no longer reserved.")
    return check
