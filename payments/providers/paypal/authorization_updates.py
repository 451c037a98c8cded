"""Updates of our payments from PayPal's authorizations: money that is set aside (Payments v2)."""

from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate, MoneyStatus
from payments.domain.values.references import ReferenceKind
from payments.domain.values.traces import Traces
from payments.providers.paypal.ownership import custom_of, id_of, order_of, reference_of, traces
from payments.providers.paypal.shapes import Authorization
from payments.providers.reading import Reading, instant_of, what_is_wrong

AUTHORIZE: Final = "AUTHORIZE"
"""The intent of an order whose money is only set aside."""

_STATUS: Final = {
    "CREATED": MoneyStatus.AUTHORIZED,
    "PENDING": MoneyStatus.PROCESSING,
    "DENIED": MoneyStatus.FAILED,
    "EXPIRED": MoneyStatus.FAILED,
    "VOIDED": MoneyStatus.FAILED,
    "CAPTURED": MoneyStatus.PROCESSING,
    "PARTIALLY_CAPTURED": MoneyStatus.PROCESSING,
}
"""Of what was captured, its capture says how it stands."""


def money_of(authorization: Authorization) -> MoneyStatus:
    """How its money stands. Raises ValueError if that is not known here."""
    money = _STATUS.get(authorization.status)
    if money is None:
        raise ValueError(f"the authorization is {authorization.status}, which is not known here")
    return money


def traces_of_authorization(found: dict[str, Any], *, whole: bool = True) -> Traces:
    """What says whose an authorization is."""
    references = [
        (ReferenceKind.AUTHORIZATION, id_of(found.get("id"))),
        (ReferenceKind.CHECKOUT, order_of(found)),
    ]
    return traces(references, [found.get("custom_id")], whole=whole)


def read_authorization(found: dict[str, Any]) -> Reading:
    """Read an authorization whose order is not to be had any more."""
    try:
        authorization = Authorization.model_validate(found)
        amount, money = authorization.amount.money, money_of(authorization)
    except ValidationError as error:
        return Reading(wrong=f"The authorization makes no sense: {what_is_wrong(error)}.")
    except ValueError as error:
        return Reading(wrong=f"The authorization makes no sense: {error}.")
    order = order_of(found)
    if order is None:
        return Reading(ignored="The authorization is of no order.")
    update = CheckoutUpdate(
        session=order,
        reference=reference_of(custom_of(authorization.custom_id), None),
        status=CheckoutStatus.COMPLETE,
        money=money,
        subtotal=amount.minor,
        total=amount.minor,
        currency=amount.currency,
        authorization=authorization.id,
        held_until=instant_of(authorization.expiration_time),
    )
    return Reading(update=update)
