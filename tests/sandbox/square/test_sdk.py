"""Square's own SDK takes the local Square for Square."""

import httpx
from square import AsyncSquare

from sandbox.square import LocalSquare
from tests.sandbox.square.asking import LOCATION, TOKEN


async def test_the_sdk_makes_a_link_and_refunds(local: LocalSquare) -> None:
    async with httpx.AsyncClient(timeout=10) as http:
        sdk = AsyncSquare(token=TOKEN, base_url=local.url, httpx_client=http)
        await buy_and_refund(sdk, local)


async def buy_and_refund(sdk: AsyncSquare, local: LocalSquare) -> None:
    made = await sdk.checkout.payment_links.create(
        idempotency_key="one",
        order={
            "location_id": LOCATION,
            "reference_id": "payment-1",
            "line_items": [
                {
                    "name": "500 points",
                    "quantity": "1",
                    "base_price_money": {"amount": 499, "currency": "USD"},
                }
            ],
        },
        request_options={"max_retries": 0},
    )
    assert made.payment_link is not None
    assert made.payment_link.order_id is not None
    await local.pay(made.payment_link.order_id)
    order = (await sdk.orders.get(order_id=made.payment_link.order_id)).order
    assert order is not None
    assert order.tenders is not None
    payment_id = order.tenders[0].payment_id
    assert payment_id is not None
    payment = (await sdk.payments.get(payment_id=payment_id)).payment
    assert payment is not None
    assert payment.status == "COMPLETED"
    refunded = await sdk.refunds.refund_payment(
        idempotency_key="two",
        amount_money={"amount": 100, "currency": "USD"},
        payment_id=payment_id,
        request_options={"max_retries": 0},
    )
    assert refunded.refund is not None
    assert refunded.refund.status == "PENDING"
    again = (await sdk.refunds.get(refund_id=refunded.refund.id)).refund
    assert again is not None
    assert again.status == "COMPLETED"
    listed = await sdk.refunds.list()
    assert listed.items is not None
    assert [each.id for each in listed.items] == [again.id]
