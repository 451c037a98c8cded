"""Money that goes back: asked for here, at PayPal's own side, or taken by PayPal itself."""

from typing import Any

import pytest

from payments.domain.errors import Refused
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, MINUTE
from payments.providers.protocol import Refusal
from sandbox.base.faults import Fault
from tests.providers.paypal.shop import PayPalShop, order_of
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, BEN, GUILD
from tests.support.sending import pass_on

pytestmark = only_on_sqlite


def made(shop: PayPalShop) -> list[Any]:
    """The refunds that there are at PayPal."""
    return list(shop.paypal.state.refunds.values())


async def test_the_whole_goes_back(shop: PayPalShop) -> None:
    paid = await shop.paid()
    done = await shop.refund(paid, 499)
    await shop.settle()
    assert (done.refund.status, await shop.points()) == (RefundStatus.SUCCEEDED, 0)
    assert await shop.state(paid) is PaymentState.REFUNDED
    assert len((await shop.now(paid)).refunds) == 1


async def test_parts_go_back_and_each_is_counted_once(shop: PayPalShop) -> None:
    """A shop made two refunds of each: one of the answer, one of the message."""
    paid = await shop.paid()
    await shop.refund(paid, 100)
    await shop.settle()
    await shop.refund(paid, 100)
    await shop.settle()
    after = await shop.now(paid)
    assert (len(after.refunds), after.refunded, await shop.points()) == (2, 200, 300)
    for event in shop.paypal.events("PAYMENT.CAPTURE.REFUNDED"):
        await shop.paypal.send_again(event["id"])
    await shop.settle()
    assert (len((await shop.now(paid)).refunds), await shop.points()) == (2, 300)


async def test_what_is_made_at_paypals_own_side_comes_too(shop: PayPalShop) -> None:
    paid = await shop.paid()
    await shop.paypal.refund(order_of(paid), 100)
    await shop.settle()
    assert ((await shop.now(paid)).refunded, await shop.points()) == (100, 400)
    await shop.paypal.refund(order_of(paid))
    await shop.settle()
    assert (await shop.state(paid), await shop.points()) == (PaymentState.REFUNDED, 0)


async def test_a_pending_refund_holds_its_points_until_it_is_known(shop: PayPalShop) -> None:
    """The message of how it ends is lost: it is looked up."""
    paid = await shop.paid()
    shop.paypal.plan_refund("PENDING")
    done = await shop.refund(paid, 499)
    assert (done.refund.status, await shop.points()) == (RefundStatus.PENDING, 0)
    shop.paypal.lose_next_message("PAYMENT.REFUND.FAILED")
    await shop.paypal.fail_refund(made(shop)[0].id)
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    [refund] = (await shop.now(paid)).refunds
    assert (refund.status, await shop.points()) == (RefundStatus.FAILED, 500)


async def test_a_pending_refund_of_paypals_own_side_is_looked_up_too(shop: PayPalShop) -> None:
    paid = await shop.paid()
    shop.paypal.plan_refund("PENDING")
    pending = await shop.paypal.refund(order_of(paid), 100)
    await shop.settle()
    assert await shop.points() == 400
    await shop.paypal.cancel_refund(pending["id"])
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    [refund] = (await shop.now(paid)).refunds
    assert (refund.status, await shop.points()) == (RefundStatus.FAILED, 500)


@pytest.mark.parametrize("side", ["ours", "PayPal's"])
@pytest.mark.parametrize("planned", ["PENDING", "COMPLETED"])
async def test_a_refund_that_fails_later_gives_the_points_back_when_that_is_told(
    shop: PayPalShop, planned: str, side: str
) -> None:
    """Also one that had arrived, which nobody looks up any more."""
    paid = await shop.paid()
    shop.paypal.plan_refund(planned)
    if side == "ours":
        await shop.refund(paid, 100)
    else:
        await shop.paypal.refund(order_of(paid), 100)
    await shop.settle()
    assert await shop.points() == 400
    await shop.paypal.fail_refund(made(shop)[0].id)
    await shop.settle()
    [refund] = (await shop.now(paid)).refunds
    assert (refund.status, await shop.points()) == (RefundStatus.FAILED, 500)


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
async def test_a_refund_that_fails_at_once_gives_the_points_back(
    shop: PayPalShop, status: str
) -> None:
    paid = await shop.paid()
    shop.paypal.plan_refund(status)
    await shop.refund(paid, 499)
    await shop.settle()
    assert (await shop.points(), await shop.state(paid)) == (500, PaymentState.COMPLETED)


@pytest.mark.parametrize("done", [True, False])
async def test_an_answer_that_is_lost_makes_no_second_refund(
    shop: PayPalShop, *, done: bool
) -> None:
    paid = await shop.paid()
    path = "/v2/payments/captures/*"
    shop.paypal.faults.add(Fault(kind="drop", method="POST", path=path, times=3, done=done))
    await shop.refund(paid, 100)
    shop.clock.pass_(10 * MINUTE)
    await shop.reconcile()
    assert (len(made(shop)), (await shop.now(paid)).refunded) == (1, 100)
    assert await shop.points() == 400


async def test_a_refusal_is_a_sentence(shop: PayPalShop) -> None:
    paid = await shop.paid()
    shop.clock.pass_(181 * DAY)
    done = await shop.refund(paid, 100)
    assert done.problem == "REFUND_TIME_LIMIT_EXCEEDED"
    assert str(done.refusal) == "The payment is too old: PayPal gives back for 180 days."
    assert await shop.points() == 500


async def test_a_part_of_what_is_disputed_is_refused_by_paypal(shop: PayPalShop) -> None:
    """It may be disputed there, and we have not heard of it yet."""
    paid = await shop.paid()
    shop.paypal.lose_next_message()
    await shop.paypal.dispute(order_of(paid), reason="UNAUTHORISED")
    done = await shop.refund(paid, 100)
    assert (done.refund.status, done.why) == (RefundStatus.WITHDRAWN, Refusal.DISPUTED)
    assert await shop.points() == 500


async def test_more_than_is_left_is_refused(shop: PayPalShop) -> None:
    paid = await shop.paid()
    shop.paypal.lose_next_message()
    await shop.paypal.refund(order_of(paid), 400)
    done = await shop.refund(paid, 200)
    assert done.problem == "REFUND_AMOUNT_EXCEEDED"
    with pytest.raises(Refused):
        await shop.refund(paid, 500)


async def test_what_paypal_takes_back_itself_is_taken_once(shop: PayPalShop) -> None:
    """A shop cancelled the whole order for a reversal of a part."""
    paid = await shop.paid()
    await shop.paypal.reverse(order_of(paid), 100)
    await shop.settle()
    assert ((await shop.now(paid)).refunded, await shop.points()) == (100, 400)
    for event in shop.paypal.events("PAYMENT.CAPTURE.REVERSED"):
        await shop.paypal.send_again(event["id"])
    await shop.settle()
    assert await shop.points() == 400


async def test_a_refund_because_of_fraud_reaches_what_was_passed_on(shop: PayPalShop) -> None:
    paid = await shop.paid()
    shop.clock.pass_(30 * DAY)
    await pass_on(shop.core.runner, shop.clock, ADA, BEN, 300)
    done = await shop.refund(paid, 499, fraudulent=True)
    await shop.settle()
    assert done.refund.is_fraud
    left = await shop.core.queries.balance(GUILD, BEN, shop.clock())
    assert (await shop.points(), left.points) == (0, 0)


async def test_the_fee_is_told_before_a_refund(shop: PayPalShop) -> None:
    paid = await shop.paid()
    fee = await shop.core.providers["paypal"].refunds.fee_of(paid.intent or "")  # type: ignore[union-attr]
    assert fee is not None
    assert fee.currency == "EUR"
    assert 0 < fee.minor < 499
