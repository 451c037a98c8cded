"""A purchase with several ways to pay: the first that is paid counts, and the others are closed.

Each way is a payment of its own. Whichever is paid first brings the points; from then on all others
name it (`paid_instead`), so that money that comes for one of them brings none and goes back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from payments.domain.books import CALLS, PAYMENTS, WAYS, Books
from payments.domain.rules.payment_events import was_authorized
from payments.domain.rules.provider_calls import close_checkout, closing_calls, drop_capture
from payments.domain.rules.purchase_ban import follow_claims
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.domain.values.time import Instant, later


def payments_of(books: Books, began_as: PaymentId) -> list[Payment]:
    """All payments of a purchase with several ways.

    Raises:
        NeedsMore: They must be seen.
    """
    ids = books.see(WAYS, began_as)
    books.require(PAYMENTS, ids)
    return [books.payment(each) for each in ids]


def leave_others(books: Books, paid: Payment) -> None:
    """Let no other way of a purchase count that was just paid, and close what is open of them.

    Raises:
        NeedsMore: They must be seen.
    """
    if paid.purchase is None:
        return
    others = [each for each in payments_of(books, paid.purchase) if each.id != paid.id]
    books.require(CALLS, [key for each in others for key in closing_calls(each)])
    for each in others:
        left = replace(each, paid_instead=paid.id)
        books[PAYMENTS][each.id] = left
        follow_claims(books, each)
        drop_capture(books, left)
        close_checkout(books, left)


def why_not_payable(  # noqa: PLR0911 - one for each reason
    ways: Iterable[Payment], at: Instant
) -> Sentence | None:
    """Why none of a purchase's ways can be chosen now, in a sentence; None if one can.

    Args:
        ways: All its payments.
        at: The time.
    """
    known = list(ways)
    if any(each.money is MoneyStatus.PAID for each in known):
        return Sentence("This purchase was paid already.")
    if any(each.state is PaymentState.PROCESSING for each in known):
        return Sentence("A payment for this purchase is on its way already.")
    if any(each.state is PaymentState.AUTHORIZED for each in known):
        return Sentence("This purchase waits for a moderator's check. Nothing has been charged.")
    if any(was_authorized(each) for each in known):
        return Sentence("This purchase has ended. You can start again with /buy on Discord.")
    if any(_may_be_paid_wrongly(each) for each in known):
        return Sentence("A moderator is looking at a payment for this purchase.")
    if any(each.id == each.purchase and at >= payable_until(each) for each in known):
        return Sentence("This link has expired. You can start again with /buy on Discord.")
    return None


def payable_until(began: Payment) -> Instant:
    """Until when a way to pay can be chosen, of the payment with which the purchase began."""
    return later(began.created_at, CHECKOUT_LIFE)


def open_way(ways: Iterable[Payment], provider: str, at: Instant) -> Payment | None:
    """The payment of a purchase that can be paid, or opened, at a provider, if there is one."""
    for each in ways:
        is_live = each.expires_at is None or each.expires_at > at
        is_open = each.state is PaymentState.INITIATED and is_live and each.mismatch is None
        if each.provider == provider and is_open:
            return each
    return None


def the_one(ways: Sequence[Payment]) -> Payment:
    """The payment that stands for a purchase: that which counts, or else may still count."""
    return max(
        ways,
        key=lambda each: (
            each.credited_at is not None,
            _may_be_paid_wrongly(each),
            _STANDING.index(each.state),
        ),
    )


def _may_be_paid_wrongly(payment: Payment) -> bool:
    """Whether a person must look at what was told of it, and somebody could have paid it."""
    return payment.mismatch is not None and payment.url is not None


_STANDING: Final = (
    PaymentState.FAILED,
    PaymentState.EXPIRED,
    PaymentState.INITIATED,
    PaymentState.PROCESSING,
    PaymentState.AUTHORIZED,
    PaymentState.COMPLETED,
    PaymentState.REFUNDED,
    PaymentState.CHARGED_BACK,
    PaymentState.DISPUTED,
)
"""States of payments of one purchase: the later one says more."""


def is_paid_for_nothing(payment: Payment) -> bool:
    """Whether its money has come after that of another way, and nobody has noted it yet."""
    return (
        payment.money is MoneyStatus.PAID
        and payment.paid_instead is not None
        and payment.surplus_at is None
    )
