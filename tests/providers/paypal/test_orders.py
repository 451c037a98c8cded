"""What an order and a capture tell: COMPLETED alone is no money, APPROVED asks for a capture."""

import json
from typing import Any

import pytest

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_calls import CallKind, CallRequest
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    MoneyStatus,
    Reference,
)
from payments.domain.values.time import HOUR, Instant, later
from payments.providers.paypal.checkouts import DESCRIPTION, PayPalCheckouts
from payments.providers.paypal.order_updates import (
    CAPTURABLE,
    CAPTURE_STATUS,
    LIFE,
    ORDER_STATUS,
    read_capture,
    read_fee,
    read_order,
    traces_of_capture,
    traces_of_order,
)
from payments.providers.paypal.ownership import Custom, custom_of
from payments.providers.reading import instant_of, written_time
from payments.providers.requests import CheckoutRequest
from tests.providers.paypal.objects import (
    CAPTURE,
    CUSTOM,
    MADE,
    ORDER,
    capture,
    order,
    usd,
)
from tests.support.schemas import Schemas, published

OPEN, COMPLETE, EXPIRED = CheckoutStatus.OPEN, CheckoutStatus.COMPLETE, CheckoutStatus.EXPIRED
PAYMENT = PaymentId(CUSTOM.partition(".")[0])
AT = Instant(1_796_040_000_000_000)


def told(found: dict[str, Any]) -> CheckoutUpdate:
    reading = read_order(found)
    assert isinstance(reading.update, CheckoutUpdate), reading
    return reading.update


@pytest.mark.parametrize(
    ("found", "status", "money"),
    [
        (order("CREATED"), OPEN, MoneyStatus.UNPAID),
        (order("PAYER_ACTION_REQUIRED"), OPEN, MoneyStatus.UNPAID),
        (order("SAVED"), OPEN, MoneyStatus.UNPAID),
        (order("APPROVED"), OPEN, MoneyStatus.UNPAID),
        (order("VOIDED"), EXPIRED, MoneyStatus.UNPAID),
        (order("COMPLETED"), COMPLETE, MoneyStatus.UNPAID),
        (order("COMPLETED", capture("COMPLETED")), COMPLETE, MoneyStatus.PAID),
        (order("COMPLETED", capture("PENDING")), COMPLETE, MoneyStatus.PROCESSING),
        (order("COMPLETED", capture("DECLINED")), COMPLETE, MoneyStatus.FAILED),
        (order("COMPLETED", capture("FAILED")), COMPLETE, MoneyStatus.FAILED),
        (order("COMPLETED", capture("REFUNDED")), COMPLETE, MoneyStatus.PAID),
        (order("COMPLETED", capture("PARTIALLY_REFUNDED")), COMPLETE, MoneyStatus.PAID),
        (
            order("COMPLETED", capture("DECLINED"), capture("PENDING")),
            COMPLETE,
            MoneyStatus.PROCESSING,
        ),
    ],
)
def test_what_counts_is_the_capture(
    found: dict[str, Any], status: CheckoutStatus, money: MoneyStatus
) -> None:
    """A shop took an order for paid that was COMPLETED with a DECLINED capture."""
    update = told(found)
    assert (update.status, update.money) == (status, money)
    assert (update.subtotal, update.total, update.currency) == (499, 499, "USD")
    assert update.reference == Reference(
        payment=PAYMENT,
        guild=GuildId(900000000000000001),
        member=MemberId(100000000000000001),
        package=PackageId("package-500"),
    )
    has_capture = bool(found["purchase_units"][0].get("payments"))
    assert update.intent == (CAPTURE if has_capture else None)


def test_an_approval_is_told_from_the_next_one() -> None:
    """After its money was declined an order stays approved: the same is not asked again."""

    def asked_for(found: dict[str, Any], *, just_approved: bool = False) -> CallRequest:
        update = read_order(found, just_approved=just_approved).update
        assert isinstance(update, CheckoutUpdate)
        assert update.call is not None
        return update.call

    first = order("APPROVED", update_time=MADE)
    next_ = order("APPROVED", update_time="2026-11-30T12:09:00Z")
    assert asked_for(first) == asked_for(first)
    assert asked_for(first).request != asked_for(next_).request
    assert asked_for(first).once
    reported = asked_for(first, just_approved=True)
    assert (reported.once, reported.request) == (False, asked_for(first).request)


def test_only_what_is_approved_and_not_taken_asks_for_a_capture() -> None:
    made = instant_of(MADE)
    assert made is not None
    call = told(order("APPROVED")).call
    assert call is not None
    assert (call.kind, call.object, call.once) == (CallKind.CAPTURE, ORDER, True)
    assert json.loads(call.request)["body"] == "{}"
    assert call.until == later(made, CAPTURABLE)
    assert told(order("APPROVED")).expires_at == later(made, LIFE)
    assert LIFE == 3 * HOUR
    assert told(order("APPROVED", capture("PENDING"))).call is None
    assert all(told(order(each)).call is None for each in ORDER_STATUS if each != "APPROVED")


@pytest.mark.parametrize(
    "found",
    [
        order("NEW_WORD"),
        order("COMPLETED", capture("NEW_WORD")),
        order("COMPLETED", capture(amount=usd("4.999"))),
        order("COMPLETED", capture(amount=usd("4.99", "EUR"))),
        order(purchase_units=[]),
        order(purchase_units=[{"amount": usd()}, {"amount": usd()}]),
        order(purchase_units=[{"amount": {"currency_code": "USD", "value": 4.99}}]),
        order(id=None),
        {},
    ],
)
def test_what_makes_no_sense_is_left_to_a_person(found: dict[str, Any]) -> None:
    reading = read_order(found)
    assert reading.update is None
    assert (reading.wrong or "").startswith("The order makes no sense")


def test_an_order_of_another_intent_is_none_of_ours() -> None:
    assert read_order(order("COMPLETED", intent="SUBSCRIBE")).ignored


@pytest.mark.parametrize(
    ("status", "money"),
    [
        ("CREATED", MoneyStatus.AUTHORIZED),
        ("PENDING", MoneyStatus.PROCESSING),
        ("DENIED", MoneyStatus.FAILED),
        ("VOIDED", MoneyStatus.FAILED),
        ("EXPIRED", MoneyStatus.FAILED),
        ("CAPTURED", MoneyStatus.PROCESSING),
    ],
)
def test_an_authorization_tells_how_money_stands_that_is_set_aside(
    status: str, money: MoneyStatus
) -> None:
    held = {"id": "AUTH1", "status": status, "amount": usd()}
    found = order("COMPLETED", intent="AUTHORIZE")
    found["purchase_units"][0]["payments"] = {"authorizations": [held]}
    update = read_order(found).update
    assert isinstance(update, CheckoutUpdate)
    assert (update.money, update.authorization) == (money, "AUTH1")


def test_another_amount_that_is_set_aside_is_left_to_a_person() -> None:
    held = {"id": "AUTH1", "status": "CREATED", "amount": usd("5.00")}
    found = order("COMPLETED", intent="AUTHORIZE")
    found["purchase_units"][0]["payments"] = {"authorizations": [held]}
    assert read_order(found).update is None


def test_a_capture_tells_the_same_without_its_order() -> None:
    reading = read_capture(capture("COMPLETED"))
    assert isinstance(reading.update, CheckoutUpdate)
    update = reading.update
    assert (update.session, update.intent, update.money) == (ORDER, CAPTURE, MoneyStatus.PAID)
    assert (update.total, update.reference.payment) == (499, PAYMENT)
    assert read_capture(capture(links=[])).ignored
    assert read_capture(capture("NEW_WORD")).wrong
    related = {"related_ids": {"order_id": "ORDER9"}}
    of_related = read_capture(capture(links=[], supplementary_data=related)).update
    assert isinstance(of_related, CheckoutUpdate)
    assert of_related.session == "ORDER9"


def test_the_fee_is_known_only_in_the_currency_of_the_payment() -> None:
    def with_fee(code: str) -> dict[str, Any]:
        return capture(
            seller_receivable_breakdown={"gross_amount": usd(), "paypal_fee": usd("0.44", code)}
        )

    assert read_fee(with_fee("USD")) == Money(minor=44, currency="USD")
    assert read_fee(with_fee("EUR")) is None
    assert read_fee(capture("PENDING")) is None


def test_every_published_status_has_a_meaning() -> None:
    schemas = published("paypal-checkout_orders_v2.json")["components"]["schemas"]
    assert set(schemas["order_status"]["enum"]) == set(ORDER_STATUS)
    assert set(schemas["capture_status"]["properties"]["status"]["enum"]) <= set(CAPTURE_STATUS)


def test_our_ids_come_back_as_they_went() -> None:
    custom = Custom(payment="p-1", installation="i-1", refund="r-1")
    assert custom_of(str(custom)) == custom
    assert custom_of(CUSTOM) == Custom(payment=PAYMENT, installation="inst-1")
    for foreign in ("12345", "a b.c", "a.b.c.d", "", None, 7, "ü.ü"):
        assert custom_of(foreign) is None
    with pytest.raises(ValueError, match="keeps no such id"):
        str(Custom(payment="p" * 64, installation="i" * 64))


def test_what_is_foreign_names_nobody() -> None:
    assert traces_of_order(order()).claims != ()
    odd = {"id": ORDER, "purchase_units": [7, {"custom_id": "order 7"}]}
    assert traces_of_order(odd).claims == ()
    kinds = {str(each.kind): each.id for each in traces_of_capture(capture()).references}
    assert kinds == {"intent": CAPTURE, "checkout": ORDER}


def asked(**changes: Any) -> CheckoutRequest:
    usual: dict[str, Any] = {
        "payment": PAYMENT,
        "installation": "01890000-0000-7000-8000-0000000000ff",
        "guild": GuildId(900000000000000001),
        "member": MemberId(100000000000000001),
        "package": PackageId("package-500"),
        "description": "500 points",
        "price": Money(minor=499, currency="USD"),
        "expires_at": AT,
        "success_url": "https://bank.example/pay/1/success",
        "cancel_url": "https://bank.example/pay/1/cancel",
    }
    return CheckoutRequest(**usual | changes)


def test_the_order_is_as_paypal_publishes_it() -> None:
    calls: Any = None  # nothing is sent
    checkouts = PayPalCheckouts(calls)
    schemas = Schemas(published("paypal-checkout_orders_v2.json"), openapi=True)
    for request in (
        asked(),
        asked(description="ä" * 300),
        asked(price=Money(minor=100, currency="HUF")),
    ):
        order_ = json.loads(checkouts.request(request))
        assert schemas.violations(order_, "components", "schemas", "order_request") == []
        [unit] = order_["purchase_units"]
        assert len(unit["description"]) <= DESCRIPTION
        assert unit["invoice_id"] == PAYMENT
        assert custom_of(unit["custom_id"]) == Custom(
            payment=PAYMENT, installation=request.installation
        )
        context = order_["payment_source"]["paypal"]["experience_context"]
        assert (context["shipping_preference"], context["user_action"]) == (
            "NO_SHIPPING",
            "PAY_NOW",
        )
        assert context["payment_method_preference"] == "IMMEDIATE_PAYMENT_REQUIRED"
    assert checkouts.request(asked()) == checkouts.request(asked())


def test_times_are_read_in_every_published_form() -> None:
    assert instant_of("2026-11-30T12:00:00Z") == instant_of("2026-11-30T13:00:00.123+01:00")
    assert instant_of("yesterday") is None
    assert instant_of(None) is None
    assert instant_of(written_time(AT)) == AT
