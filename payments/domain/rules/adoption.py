"""What began at a provider without us becomes a payment: once, whoever tells of it."""

from typing import Final

from payments.domain.books import (
    ACCOUNTS,
    GUILDS,
    INSTALLATION,
    PAYMENTS,
    REFERENCES,
    THIS,
    Books,
    Needs,
)
from payments.domain.rules.payment_events import about
from payments.domain.values.adoption import Adoption
from payments.domain.values.events import PaymentInitiated
from payments.domain.values.guilds import check_points
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import NO_AMOUNT
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import CheckoutStatus

NOT_ASKED_FOR: Final = "{}"
"""Stands for the request of a checkout that we did not ask for."""


def needs_of(adoption: Adoption) -> Needs:
    """What must be seen to adopt something, and to credit it at once."""
    return (
        REFERENCES.of(adoption.reference)
        | INSTALLATION.of(THIS)
        | GUILDS.of(adoption.guild)
        | PAYMENTS.of(adoption.payment)
        | ACCOUNTS.of(adoption.buyer)
    )


def adopt(books: Books, adoption: Adoption) -> PaymentId:
    """Make the payment for it, unless there is one. Returns the payment's id.

    Nothing is credited: what the provider says of its money decides that, as for every payment.

    Raises:
        NeedsMore: It must see more.
        Refused: It gives no number of points that can be moved.
    """
    reference = adoption.reference
    known = books.see(REFERENCES, reference)
    if known is not None:
        return known
    check_points(adoption.points)
    payment = Payment(
        id=adoption.payment,
        guild=adoption.guild,
        member=adoption.member,
        provider=reference.provider,
        livemode=adoption.livemode,
        package=adoption.package,
        package_name=adoption.package_name,
        points=adoption.points,
        price=adoption.price or NO_AMOUNT,
        maturity=books.guild(adoption.guild).settings.maturity,
        created_at=books.at,
        installation=books.installation(),
        adopted_as=reference.kind,
        request=NOT_ASKED_FOR,
        session=reference.id,
        checkout=CheckoutStatus.COMPLETE,
    )
    books[PAYMENTS][payment.id] = payment
    books.note_references([reference], payment.id)
    books.emit(PaymentInitiated(**about(payment, books.at)))
    return payment.id
