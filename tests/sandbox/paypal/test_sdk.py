"""PayPal's own SDK takes the local PayPal for PayPal."""

import asyncio

from paypalserversdk.configuration import Configuration
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.money import Money
from paypalserversdk.models.order_request import OrderRequest
from paypalserversdk.models.payment_source import PaymentSource
from paypalserversdk.models.paypal_wallet import PaypalWallet
from paypalserversdk.models.purchase_unit_request import PurchaseUnitRequest
from paypalserversdk.models.refund_request import RefundRequest
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from sandbox.paypal import LocalPayPal
from tests.sandbox.paypal.asking import CLIENT, SECRET


def client(url: str) -> PaypalServersdkClient:
    """The SDK, whose servers are the local one."""

    class Local(Configuration):  # type: ignore[misc]  # untyped in the SDK
        def get_base_uri(self, server: object = None) -> str:  # noqa: ARG002 - as in the SDK
            return url

    credentials = ClientCredentialsAuthCredentials(CLIENT, SECRET)
    return PaypalServersdkClient(config=Local(client_credentials_auth_credentials=credentials))


async def test_the_sdk_creates_captures_and_refunds(local: LocalPayPal) -> None:
    sdk = client(local.url)
    unit = PurchaseUnitRequest(
        amount=AmountWithBreakdown(currency_code="USD", value="4.99"), custom_id="payment-1"
    )
    wanted = OrderRequest(
        intent=CheckoutPaymentIntent.CAPTURE,
        purchase_units=[unit],
        payment_source=PaymentSource(paypal=PaypalWallet()),
    )
    preferred = {"prefer": "return=representation"}
    made = await asyncio.to_thread(
        sdk.orders.create_order, {"body": wanted, "paypal_request_id": "one", **preferred}
    )
    assert made.status_code == 201
    assert made.body.status == "PAYER_ACTION_REQUIRED"
    assert [each.rel for each in made.body.links] == ["self", "payer-action"]
    await local.approve(made.body.id)
    captured = await asyncio.to_thread(
        sdk.orders.capture_order, {"id": made.body.id, "paypal_request_id": "two", **preferred}
    )
    (capture,) = captured.body.purchase_units[0].payments.captures
    assert (capture.status, capture.amount.value) == ("COMPLETED", "4.99")
    part = RefundRequest(amount=Money(currency_code="USD", value="1.00"))
    refunded = await asyncio.to_thread(
        sdk.payments.refund_captured_payment,
        {"capture_id": capture.id, "body": part, "paypal_request_id": "three", **preferred},
    )
    assert (refunded.body.status, refunded.body.amount.value) == ("COMPLETED", "1.00")
    shown = await asyncio.to_thread(sdk.payments.get_captured_payment, {"capture_id": capture.id})
    assert shown.body.status == "PARTIALLY_REFUNDED"
    assert shown.body.supplementary_data.related_ids.order_id == made.body.id
