"""Updates of our payments from Square's orders, and the payments that paid them.

The payment is the truth: an order stays open after it was paid by a link, and a link never lapses.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.provider_calls import CallKind, CallRequest
from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate, MoneyStatus
from payments.domain.values.references import ReferenceKind
from payments.domain.values.time import Instant
from payments.domain.values.traces import Traces
from payments.providers.reading import Reading, what_is_wrong
from payments.providers.square.ownership import id_of, lapses_at, reference_of, traces
from payments.providers.square.shapes import Order, Payment

ORDER_STATUS: Final = {
    "DRAFT": CheckoutStatus.OPEN,
    "OPEN": CheckoutStatus.OPEN,
    "COMPLETED": CheckoutStatus.COMPLETE,
    "CANCELED": CheckoutStatus.EXPIRED,
}

PAYMENT_STATUS: Final = {
    "APPROVED": MoneyStatus.UNPAID,
    "PENDING": MoneyStatus.PROCESSING,
    "COMPLETED": MoneyStatus.PAID,
    "CANCELED": MoneyStatus.FAILED,
    "FAILED": MoneyStatus.FAILED,
}
"""What is approved is taken or dropped within moments."""

CARD: Final = "CARD"
"""A buyer whose card was declined is still on the page, and may take another one."""

_ORDER: Final = (
    MoneyStatus.UNPAID,
    MoneyStatus.FAILED,
    MoneyStatus.PROCESSING,
    MoneyStatus.PAID,
)
"""Of several payments, the one whose status stands last here counts; of those, the first one."""


def tenders_of(order: Mapping[str, Any]) -> list[str]:
    """The ids of the payments that an order lists."""
    listed = order.get("tenders")
    found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    ids = [id_of(each.get("payment_id")) or id_of(each.get("id")) for each in found]
    return [each for each in ids if each is not None]


def traces_of_order(order: Mapping[str, Any], payment: str | None = None) -> Traces:
    """What says whose an order is, and a payment of it."""
    references = [
        (ReferenceKind.CHECKOUT, id_of(order.get("id"))),
        (ReferenceKind.INTENT, payment),
    ]
    return traces(references, order)


def traces_of_payment(payment: Mapping[str, Any], *, whole: bool = True) -> Traces:
    """What a payment itself says of whose it is."""
    references = [
        (ReferenceKind.INTENT, id_of(payment.get("id"))),
        (ReferenceKind.CHECKOUT, id_of(payment.get("order_id"))),
    ]
    return traces(references, whole=whole)


def read_order(
    order: Mapping[str, Any],
    payments: Sequence[Mapping[str, Any]],
    now: Instant,
    *,
    is_closed: bool = False,
) -> Reading:
    """Read an order with its payments, as they are now.

    Args:
        order: The order.
        payments: All payments of it that are known, each once.
        now: The time.
        is_closed: Whether its link is gone, so that nobody can pay it any more.
    """
    try:
        read = Order.model_validate(order)
        paid = _in_order([Payment.model_validate(each) for each in payments], tenders_of(order))
        update = _update_of(read, paid, order, now, is_closed=is_closed)
    except ValidationError as error:
        return Reading(wrong=f"The order or its payment makes no sense: {what_is_wrong(error)}.")
    except ValueError as error:
        return Reading(wrong=f"The order or its payment makes no sense: {error}.")
    return Reading(update=update)


def buyer_of(payments: Sequence[Mapping[str, Any]]) -> object:
    """The address that came with the money, of an order's payments; None if none did."""
    paid = [each for each in payments if each.get("status") == "COMPLETED"]
    return next((each.get("buyer_email_address") for each in paid), None)


def _in_order(payments: Sequence[Payment], listed: Sequence[str]) -> list[Payment]:
    """As the order lists them, then by their ids: never as they happened to be fetched."""
    places = {each: place for place, each in enumerate(listed)}
    return sorted(payments, key=lambda each: (places.get(each.id, len(listed)), each.id))


def _update_of(
    order: Order,
    payments: Sequence[Payment],
    found: Mapping[str, Any],
    now: Instant,
    *,
    is_closed: bool,
) -> CheckoutUpdate:
    """What they tell. Raises ValueError with what makes no sense."""
    currency = order.total_money.currency
    if any(each.amount_money.currency != currency for each in payments):
        raise ValueError("its payment is in another currency")
    standing = [(_money_of(each), each) for each in payments]
    best = max(standing, key=lambda each: _ORDER.index(each[0]), default=None)
    money = MoneyStatus.UNPAID if best is None else best[0]
    counted = [each.amount_money.amount for status, each in standing if status is money]
    is_there = best is not None and money is not MoneyStatus.UNPAID
    lapses = lapses_at(found)
    return CheckoutUpdate(
        session=order.id,
        reference=reference_of(found),
        status=_status_of(order, money, is_closed=is_closed),
        money=money,
        subtotal=_subtotal_of(order),
        total=sum(counted) if is_there else order.total_money.amount,
        discount=0 if order.total_discount_money is None else order.total_discount_money.amount,
        currency=currency,
        intent=best[1].id if is_there and best is not None else None,
        expires_at=lapses,
        call=None if is_closed else _closing_of(order, payments, money, lapses, now),
    )


def _money_of(payment: Payment) -> MoneyStatus:
    """How the money of one payment stands. Raises ValueError if that is not known here."""
    money = PAYMENT_STATUS.get(payment.status)
    if money is None:
        raise ValueError(f"the payment is {payment.status}, which is not known here")
    if payment.source_type == CARD and money is not MoneyStatus.PAID:
        return MoneyStatus.UNPAID
    return money


def _status_of(order: Order, money: MoneyStatus, *, is_closed: bool) -> CheckoutStatus:
    status = ORDER_STATUS.get(order.state)
    if status is None:
        raise ValueError(f"it is {order.state}, which is not known here")
    if money in {MoneyStatus.PAID, MoneyStatus.PROCESSING}:
        return CheckoutStatus.COMPLETE
    return CheckoutStatus.EXPIRED if is_closed else status


def _subtotal_of(order: Order) -> int:
    """The price before tax, tips and discounts, in minor units."""
    added = (order.total_tax_money, order.total_tip_money, order.total_service_charge_money)
    extra = sum(each.amount for each in added if each is not None)
    taken = 0 if order.total_discount_money is None else order.total_discount_money.amount
    return order.total_money.amount - extra + taken


def _closing_of(
    order: Order,
    payments: Sequence[Payment],
    money: MoneyStatus,
    lapses: Instant | None,
    now: Instant,
) -> CallRequest | None:
    """A link is closed by us alone: when its purchase has lapsed, or its money did not come."""
    if ORDER_STATUS[order.state] is not CheckoutStatus.OPEN:
        return None
    is_over = money is MoneyStatus.UNPAID and lapses is not None and now >= lapses
    if any(each.status == "APPROVED" for each in payments):
        return None
    if is_over or money is MoneyStatus.FAILED:
        return CallRequest(kind=CallKind.EXPIRE, object=order.id, request="{}")
    return None
