"""Updates of our payments from PayPal's orders and captures.

An order that is COMPLETED is not paid by that: its capture says how its money stands.
"""

import json
from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.money import UNKNOWN_CURRENCY, Money
from payments.domain.values.provider_calls import CallKind, CallRequest
from payments.domain.values.provider_updates import (
    UNNAMED,
    CheckoutStatus,
    CheckoutUpdate,
    MoneyStatus,
    Reference,
)
from payments.domain.values.references import ReferenceKind
from payments.domain.values.time import HOUR, later
from payments.domain.values.traces import Traces
from payments.providers.paypal.authorization_updates import AUTHORIZE, money_of
from payments.providers.paypal.ownership import custom_of, id_of, order_of, reference_of, traces
from payments.providers.paypal.shapes import Authorization, Capture, CapturedFee, Order, Unit
from payments.providers.reading import Reading, instant_of, what_is_wrong, with_buyer

LIFE: Final = 3 * HOUR
"""How long after it was made a buyer may approve an order (PayPal: Handle uncaptured payments)."""

CAPTURABLE: Final = 12 * HOUR
"""How long it is tried to take the money of one: newer pages speak of 6 hours for each step, and
asking for one that is gone does no harm."""

ORDER_STATUS: Final = {
    "CREATED": CheckoutStatus.OPEN,
    "SAVED": CheckoutStatus.OPEN,
    "PAYER_ACTION_REQUIRED": CheckoutStatus.OPEN,
    "APPROVED": CheckoutStatus.OPEN,
    "VOIDED": CheckoutStatus.EXPIRED,
    "COMPLETED": CheckoutStatus.COMPLETE,
}

CAPTURE_STATUS: Final = {
    "PENDING": MoneyStatus.PROCESSING,
    "DECLINED": MoneyStatus.FAILED,
    "DENIED": MoneyStatus.FAILED,
    "FAILED": MoneyStatus.FAILED,
    "COMPLETED": MoneyStatus.PAID,
    "PARTIALLY_REFUNDED": MoneyStatus.PAID,
    "REFUNDED": MoneyStatus.PAID,
}
"""What goes back has updates of its own: while a dispute is open, a capture is called partially
refunded although nothing has gone back."""

_ORDER: Final = (
    MoneyStatus.UNPAID,
    MoneyStatus.FAILED,
    MoneyStatus.PROCESSING,
    MoneyStatus.PAID,
)
"""Of several captures, the one whose status stands last here counts."""


def traces_of_order(found: dict[str, Any], *, whole: bool = True) -> Traces:
    """What says whose an order is."""
    units = found.get("purchase_units")
    parts = [each for each in units if isinstance(each, dict)] if isinstance(units, list) else []
    return traces(
        [(ReferenceKind.CHECKOUT, id_of(found.get("id")))],
        (each.get("custom_id") for each in parts),
        whole=whole,
    )


def traces_of_capture(found: dict[str, Any], *, whole: bool = True) -> Traces:
    """What says whose a capture is."""
    references = [
        (ReferenceKind.INTENT, id_of(found.get("id"))),
        (ReferenceKind.CHECKOUT, order_of(found)),
    ]
    return traces(references, [found.get("custom_id")], whole=whole)


def read_order(
    found: dict[str, Any], *, just_approved: bool = False, conceal: Conceal = take_no_address
) -> Reading:
    """Read an order that was fetched.

    Args:
        found: The order.
        just_approved: Whether PayPal has reported an approval that was not reported before.
        conceal: Encrypts the buyer's address.
    """
    if id_of(found.get("intent")) not in {None, "CAPTURE", AUTHORIZE}:
        return Reading(ignored="The order is not one of those that we make.")
    try:
        update = _update_of(Order.model_validate(found), just_approved=just_approved)
    except ValidationError as error:
        return Reading(wrong=f"The order makes no sense: {what_is_wrong(error)}.")
    except ValueError as error:
        return Reading(wrong=f"The order makes no sense: {error}.")
    payer = found.get("payer")
    address = payer.get("email_address") if isinstance(payer, dict) else None
    return with_buyer(Reading(update=update), address, conceal)


def _update_of(order: Order, *, just_approved: bool) -> CheckoutUpdate:
    """What an order tells. Raises ValueError with what makes no sense."""
    unit = order.purchase_units[0]
    price = unit.amount.money
    status = ORDER_STATUS.get(order.status)
    if status is None:
        raise ValueError(f"it is {order.status}, which is not known here")
    captures = [(_status_of(each), each.amount.money, each.id) for each in unit.payments.captures]
    if any(amount.currency != price.currency for _, amount, _ in captures):
        raise ValueError("its capture is in another currency")
    held = _held_of(unit, price)
    best = max(captures, key=lambda each: _ORDER.index(each[0]), default=None)
    made = instant_of(order.create_time)
    is_open, is_approved = status is CheckoutStatus.OPEN, order.status == "APPROVED"
    return CheckoutUpdate(
        session=order.id,
        reference=reference_of(custom_of(unit.custom_id), unit.reference_id),
        status=status,
        money=best[0] if best else money_of(held) if held else MoneyStatus.UNPAID,
        subtotal=price.minor,
        total=(price if best is None else best[1]).minor,
        currency=price.currency,
        intent=None if best is None else best[2],
        expires_at=later(made, LIFE) if is_open and made is not None else None,
        authorization=held.id if held else None,
        held_until=instant_of(held.expiration_time) if held else None,
        call=_call_of(order, once=not just_approved) if is_approved and not captures else None,
    )


def _held_of(unit: Unit, price: Money) -> Authorization | None:
    """What is set aside of it, or was. Raises ValueError with what makes no sense."""
    held = unit.payments.authorizations
    if any(each.amount.money != price for each in held):
        raise ValueError("another amount is set aside than was asked for")
    return held[-1] if held else None


def read_capture(found: dict[str, Any]) -> Reading:
    """Read a capture whose order is not to be had any more."""
    try:
        capture = Capture.model_validate(found)
        amount, money = capture.amount.money, _status_of(capture)
    except ValidationError as error:
        return Reading(wrong=f"The capture makes no sense: {what_is_wrong(error)}.")
    except ValueError as error:
        return Reading(wrong=f"The capture makes no sense: {error}.")
    order = order_of(found)
    if order is None:
        return Reading(ignored="The capture is of no order.")
    update = CheckoutUpdate(
        session=order,
        reference=reference_of(custom_of(capture.custom_id), None),
        status=CheckoutStatus.COMPLETE,
        money=money,
        subtotal=amount.minor,
        total=amount.minor,
        currency=amount.currency,
        intent=capture.id,
    )
    return Reading(update=update)


def captures_in(found: dict[str, Any]) -> frozenset[str]:
    """The ids of the captures that an order lists. Raises ValueError if it makes no sense."""
    units = Order.model_validate(found).purchase_units
    return frozenset(each.id for unit in units for each in unit.payments.captures)


def why_pending(found: dict[str, Any]) -> str:
    """PayPal's word for why an order's money is on its way; empty if it gives none.

    For some of them the account's owner must act, such as to accept another currency.
    """
    captures = [
        each
        for unit in Order.model_validate(found).purchase_units
        for each in unit.payments.captures
    ]
    reasons = [each.status_details.reason for each in captures if each.status_details is not None]
    return next((each for each in reasons if each), "")


def gone(order: str) -> CheckoutUpdate:
    """What is said of an order that PayPal does not know any more: nobody can pay it."""
    return CheckoutUpdate(
        session=order,
        reference=Reference(payment=UNNAMED),
        status=CheckoutStatus.EXPIRED,
        money=MoneyStatus.UNPAID,
        subtotal=None,
        total=None,
        currency=UNKNOWN_CURRENCY,
        as_asked=True,
    )


def read_fee(found: dict[str, Any]) -> Money | None:
    """PayPal's fee of a capture; None if it is not there yet, or in another currency."""
    try:
        captured = CapturedFee.model_validate(found)
        fee = captured.seller_receivable_breakdown.paypal_fee.money
    except ValueError:
        return None
    return fee if fee.currency == captured.amount.currency_code else None


def _status_of(capture: Capture) -> MoneyStatus:
    """How its money stands. Raises ValueError if that is not known here."""
    money = CAPTURE_STATUS.get(capture.status)
    if money is None:
        raise ValueError(f"the capture is {capture.status}, which is not known here")
    return money


def _call_of(order: Order, *, once: bool) -> CallRequest:
    """The buyer has approved: nobody takes the money, or sets it aside, but us.

    An order whose money was declined stays approved, and would be declined again: so the request
    tells the approval that it is for, as far as PayPal does.
    """
    made, body, approved = instant_of(order.create_time), "{}", order.update_time or ""
    return CallRequest(
        kind=CallKind.AUTHORIZE if order.intent == AUTHORIZE else CallKind.CAPTURE,
        object=order.id,
        request=json.dumps({"approved": approved, "body": body}, sort_keys=True),
        until=None if made is None else later(made, CAPTURABLE),
        once=once,
    )
