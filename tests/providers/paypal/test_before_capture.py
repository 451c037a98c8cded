"""What goes back is told before it is known here that the money came."""

import pytest

from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import DisputeStatus
from sandbox.paypal.acts import orders
from tests.providers.paypal.shop import PayPalShop, order_of
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite


async def taken_unheard(shop: PayPalShop) -> Payment:
    """A purchase whose money was taken: no answer or message of that came.

    Only the order has our text, and not the capture or what is made of it.
    """
    bought = await shop.buy()
    state = shop.paypal.state
    order = state.order(order_of(bought))
    shop.paypal.lose_next_message("CHECKOUT.ORDER.APPROVED")
    await shop.paypal.approve(order.id)
    shop.paypal.lose_next_message("PAYMENT.CAPTURE.COMPLETED")
    orders.capture(state, order).custom_id = None
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.INITIATED, 0)
    return bought


async def test_a_refund_is_counted(shop: PayPalShop) -> None:
    bought = await taken_unheard(shop)
    await shop.paypal.refund(order_of(bought), 100)
    await shop.settle()
    after = await shop.now(bought)
    assert (after.refunded, after.state, await shop.points()) == (
        100,
        PaymentState.COMPLETED,
        400,
    )


async def test_a_reversal_is_counted(shop: PayPalShop) -> None:
    bought = await taken_unheard(shop)
    await shop.paypal.reverse(order_of(bought), 100)
    await shop.settle()
    assert ((await shop.now(bought)).refunded, await shop.points()) == (100, 400)


@pytest.mark.parametrize("channel", ["INTERNAL", "EXTERNAL"])
async def test_a_dispute_is_counted(shop: PayPalShop, channel: str) -> None:
    """Also one of a bank's, with the reversal that tells its money."""
    bought = await taken_unheard(shop)
    if channel == "EXTERNAL":
        shop.paypal.lose_next_message("PAYMENT.CAPTURE.REVERSED")
    made = await shop.paypal.dispute(order_of(bought), amount=100, channel=channel)
    await shop.settle()
    assert await shop.points() == 400
    await shop.paypal.resolve_dispute(str(made["dispute_id"]), "RESOLVED_BUYER_FAVOUR")
    await shop.settle()
    [dispute] = (await shop.now(bought)).disputes
    assert (dispute.status, await shop.points()) == (DisputeStatus.LOST, 400)
