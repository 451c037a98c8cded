"""Messages that are odd, or about what is not to be had any more."""

import json
from typing import Any

import pytest

from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus, RefundStatus
from payments.infra.errors import SettingsWrong
from payments.providers.errors import ProviderUnavailable, WebhookRejected
from payments.providers.paypal import PAYPAL_KIND
from payments.providers.paypal.events import read_event
from payments.providers.paypal.provider import PayPalProvider
from payments.providers.settings import load_settings
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from tests.providers.paypal.objects import CAPTURE, ORDER, REFUND, capture, order, refund
from tests.providers.paypal.shop import PayPalShop, order_of
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite

EVENTS = "/v1/notifications/webhooks-events"


def event(kind: str, **changes: Any) -> str:
    usual = {
        "id": "WH-1",
        "event_type": kind,
        "create_time": "2026-11-30T12:00:00Z",
        "resource": {"id": CAPTURE},
    }
    return json.dumps(usual | changes)


def test_what_is_no_event_is_refused() -> None:
    for body in (event("A B"), event("A", create_time="soon"), event("A", id=7), "{}"):
        with pytest.raises(WebhookRejected):
            read_event(body)


def test_what_is_not_used_or_has_no_id() -> None:
    assert read_event(event("CHECKOUT.ORDER.COMPLETED")).ignored
    for kind in (
        "PAYMENT.CAPTURE.COMPLETED",
        "CUSTOMER.DISPUTE.CREATED",
        "CHECKOUT.ORDER.APPROVED",
    ):
        nameless = read_event(event(kind, resource={}))
        assert nameless.look_up is None
        assert [each.wrong for each in nameless.found] == ["What the event is about has no id."]


async def test_a_message_that_was_completed_is_left_as_it_is(provider: PayPalProvider) -> None:
    ignored = read_event(event("SOMETHING.ELSE"))
    assert await provider.events.look_up(ignored) is ignored


async def test_a_capture_whose_order_is_gone_tells_itself(shop: PayPalShop) -> None:
    """The order of a payment that was pending for long may not be known any more."""
    bought = await shop.buy()
    shop.paypal.plan_capture(pending="ECHECK")
    await shop.paypal.approve(order_of(bought))
    await shop.settle()
    path = f"/v2/checkout/orders/{order_of(bought)}"
    shop.paypal.faults.add(Fault(kind="error", status=404, path=path, times=99))
    await shop.paypal.complete_capture(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.COMPLETED, 500)


async def test_a_declined_capture_does_not_hide_one_that_is_on_its_way(
    provider: PayPalProvider, local: LocalPayPal
) -> None:
    declined, pending = capture("DECLINED"), capture("PENDING", id="8F148933LY9388354")
    answers = {
        f"/v2/payments/captures/{CAPTURE}": declined,
        f"/v2/checkout/orders/{ORDER}": order("COMPLETED", declined, pending),
    }
    for path, answer in answers.items():
        body = json.dumps(answer).encode()
        local.faults.add(Fault(kind="malformed", path=path, body=body))
    about = read_event(event("PAYMENT.CAPTURE.DENIED"))
    [found] = (await provider.events.look_up(about)).found
    assert isinstance(found.update, CheckoutUpdate)
    assert (found.update.money, found.update.intent) == (MoneyStatus.PROCESSING, pending["id"])


async def test_a_pending_refund_is_found_although_its_order_is_gone(shop: PayPalShop) -> None:
    paid = await shop.paid()
    shop.paypal.plan_refund("PENDING")
    await shop.refund(paid, 100)
    [made] = shop.paypal.state.refunds
    await shop.paypal.fail_refund(made)
    path = f"/v2/checkout/orders/{order_of(paid)}"
    shop.paypal.faults.add(Fault(kind="error", status=404, path=path, times=99))
    refunds = shop.core.providers["paypal"].refunds
    assert not hasattr(refunds, "sentence")
    [found] = await refunds.of_payment(paid.intent or "", [made])
    assert found.status is RefundStatus.FAILED


async def test_a_refund_that_names_no_capture_is_read_as_it_is(
    provider: PayPalProvider, local: LocalPayPal
) -> None:
    for kind in ("PAYMENT.CAPTURE.REVERSED", "PAYMENT.CAPTURE.REFUNDED"):
        body = json.dumps(refund(links=[])).encode()
        path = f"/v2/payments/refunds/{REFUND}"
        local.faults.add(Fault(kind="malformed", path=path, body=body))
        about = read_event(event(kind, resource={"id": REFUND}))
        [found] = (await provider.events.look_up(about)).found
        assert found.update is not None
        assert [str(each.kind) for each in found.traces.references] == ["refund"]


async def test_a_capture_of_no_order_is_none_of_ours(
    provider: PayPalProvider, local: LocalPayPal
) -> None:
    body = json.dumps(capture(links=[])).encode()
    path = f"/v2/payments/captures/{CAPTURE}"
    local.faults.add(Fault(kind="malformed", path=path, body=body))
    about = read_event(event("PAYMENT.CAPTURE.COMPLETED"))
    [found] = (await provider.events.look_up(about)).found
    assert found.ignored == "The capture is of no order."


async def test_a_list_without_end_is_given_up_and_one_that_is_odd_is_read_on(
    provider: PayPalProvider, local: LocalPayPal, clock: Any
) -> None:
    unreadable = {
        "id": "A B",
        "event_type": "CHECKOUT.ORDER.APPROVED",
        "create_time": "2026-09-21T14:13:20Z",
    }
    body = json.dumps({"events": [unreadable, 7, {"id": "x"}]}).encode()
    local.faults.add(Fault(kind="malformed", path=EVENTS, body=body))
    parts = [each async for each in provider.listing.events(clock())]
    assert [each.events for each in parts] == [()]
    endless = {"events": [], "links": [{"rel": "next", "href": f"{local.url}{EVENTS}?page=2"}]}
    again = json.dumps(endless).encode()
    local.faults.add(Fault(kind="malformed", path=EVENTS, body=again, times=1000))
    with pytest.raises(ProviderUnavailable, match="does not end"):
        _ = [each async for each in provider.listing.events(clock())]


def test_settings_that_cannot_be_right_are_named() -> None:
    with pytest.raises(SettingsWrong) as wrong:
        load_settings(
            (),
            kinds=(PAYPAL_KIND,),
            _env_file=None,
            payment_providers="paypal",
            paypal_client_id="a b",
            paypal_client_secret="x",
            paypal_webhook_id="not an id",
            paypal_api_url="nowhere",
        )
    said = str(wrong.value)
    for name in ("PAYPAL_CLIENT_ID", "PAYPAL_WEBHOOK_ID", "PAYPAL_API_URL"):
        assert f"{name} is wrong" in said
