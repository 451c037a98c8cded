"""From `/buy` to points by PayPal: approved there, taken by us, whoever tells of it."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from app.core import Services
from payments.domain.errors import Refused
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus
from payments.domain.values.time import HOUR, MINUTE
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from tests.providers.paypal.conftest import Start
from tests.providers.paypal.shop import PayPalShop, opened_shop, order_of
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite


def taken(local: LocalPayPal) -> int:
    """How many captures there are."""
    return len(local.state.captures)


async def call_of(shop: PayPalShop, order: str) -> CallStatus | None:
    call = await shop.core.queries.provider_call(CallKey("paypal", CallKind.CAPTURE, order))
    return None if call is None else call.status


async def test_a_purchase_goes_all_the_way(shop: PayPalShop) -> None:
    bought = await shop.buy()
    assert (bought.url or "").startswith(shop.paypal.url)
    assert (await shop.visit(f"/pay/{bought.id}"))[0] == 303
    await shop.paypal.approve(order_of(bought))
    await shop.settle()
    paid = await shop.now(bought)
    assert (paid.state, await shop.points()) == (PaymentState.COMPLETED, 500)
    [capture] = shop.paypal.state.captures.values()
    assert (paid.intent, capture.invoice_id) == (capture.id, bought.id)
    assert await call_of(shop, order_of(bought)) is CallStatus.DONE
    await shop.settle()
    assert (taken(shop.paypal), await shop.told("payment.success")) == (1, 1)


async def test_without_any_message_the_buyer_who_comes_back_is_enough(shop: PayPalShop) -> None:
    bought = await shop.buy()
    shop.paypal.lose_next_message()
    await shop.paypal.approve(order_of(bought))
    assert "Waiting for the confirmation" in (await shop.visit(f"/pay/{bought.id}/success"))[1]
    await shop.core.returning.settle()
    await shop.settle()
    assert (await shop.points(), taken(shop.paypal)) == (500, 1)


async def test_without_message_and_buyer_the_reconciliation_is_enough(shop: PayPalShop) -> None:
    bought = await shop.buy()
    shop.paypal.lose_next_message()
    await shop.paypal.approve(order_of(bought))
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert (await shop.points(), taken(shop.paypal)) == (500, 1)


async def test_all_three_together_take_it_once(shop: PayPalShop) -> None:
    bought = await shop.buy()
    await shop.paypal.approve(order_of(bought))
    await shop.visit(f"/pay/{bought.id}/success")
    shop.clock.pass_(10 * MINUTE)
    await shop.core.reconciliation.reconcile()
    await shop.core.returning.settle()
    await shop.settle()
    assert await shop.reconcile() == ()
    assert (await shop.points(), taken(shop.paypal)) == (500, 1)
    for event in shop.paypal.events():
        await shop.paypal.send_again(event["id"])
    await shop.settle()
    assert (await shop.points(), await shop.told("points.awarded")) == (500, 1)


async def test_money_that_is_on_its_way_gives_no_points_yet(shop: PayPalShop) -> None:
    """Shops have counted pending captures as paid."""
    bought = await shop.buy()
    shop.paypal.plan_capture(pending="PENDING_REVIEW")
    await shop.paypal.approve(order_of(bought))
    with capture_logs() as lines:
        await shop.settle()
    [said] = [each for each in lines if each["event"] == "paypal.capture_pending"]
    assert said["reason"] == "PENDING_REVIEW"
    assert (await shop.state(bought), await shop.points()) == (PaymentState.PROCESSING, 0)
    await shop.paypal.complete_capture(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.COMPLETED, 500)


async def test_pending_money_is_looked_up_when_nobody_tells_of_its_end(shop: PayPalShop) -> None:
    bought = await shop.buy()
    shop.paypal.plan_capture(pending="PENDING_REVIEW")
    await shop.paypal.approve(order_of(bought))
    await shop.settle()
    shop.paypal.lose_next_message()
    await shop.paypal.complete_capture(order_of(bought))
    shop.clock.pass_(24 * HOUR)
    assert await shop.reconcile() == ()
    assert await shop.points() == 500


async def test_pending_money_that_is_denied_fails_the_payment(shop: PayPalShop) -> None:
    bought = await shop.buy()
    shop.paypal.plan_capture(pending="PENDING_REVIEW")
    await shop.paypal.approve(order_of(bought))
    await shop.settle()
    await shop.paypal.deny_capture(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.FAILED, 0)


async def test_who_is_declined_pays_by_other_means_at_the_same_link(shop: PayPalShop) -> None:
    """It is not tried again and again with what was declined."""
    bought = await shop.buy()
    await shop.paypal.decline(order_of(bought))
    await shop.settle()
    assert await call_of(shop, order_of(bought)) is CallStatus.REFUSED
    assert "The payment was declined" in (await shop.visit(f"/pay/{bought.id}/success"))[1]
    tries = shop.paypal.state.orders[order_of(bought)].tries
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert shop.paypal.state.orders[order_of(bought)].tries == tries
    assert (await shop.visit(f"/pay/{bought.id}"))[0] == 303
    await shop.paypal.approve(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.COMPLETED, 500)


async def test_an_order_that_is_gone_has_expired(shop: PayPalShop) -> None:
    bought = await shop.buy()
    shop.clock.pass_(4 * HOUR)
    assert await shop.reconcile() == ()
    assert (await shop.state(bought), taken(shop.paypal)) == (PaymentState.EXPIRED, 0)


async def test_an_approval_that_lapses_is_no_sale(shop: PayPalShop) -> None:
    bought = await shop.buy()
    shop.paypal.lose_next_message()
    await shop.paypal.approve(order_of(bought))
    await shop.paypal.reverse_approval(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.EXPIRED, 0)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"status": "COMPLETED"}'])
async def test_an_answer_without_use_is_no_refusal(shop: PayPalShop, body: bytes) -> None:
    """A shop took an empty answer for a failure, and its buyer paid three times."""
    bought = await shop.buy()
    path = f"/v2/checkout/orders/{order_of(bought)}/capture"
    shop.paypal.faults.add(Fault(kind="malformed", method="POST", path=path, times=3, body=body))
    await shop.paypal.approve(order_of(bought))
    await shop.settle()
    assert await call_of(shop, order_of(bought)) is CallStatus.WAITING
    for _ in range(3):
        shop.clock.pass_(10 * MINUTE)
        await shop.settle()
    assert (await shop.points(), taken(shop.paypal)) == (500, 1)


@pytest.mark.parametrize(
    ("kind", "done"),
    [("drop", False), ("drop", True), ("error", True), ("half", False), ("malformed", False)],
)
async def test_an_answer_of_the_capture_that_is_lost_is_asked_for_again(
    shop: PayPalShop, kind: Any, *, done: bool
) -> None:
    bought = await shop.buy()
    path = f"/v2/checkout/orders/{order_of(bought)}/capture"
    shop.paypal.faults.add(Fault(kind=kind, method="POST", path=path, times=3, done=done))
    await shop.paypal.approve(order_of(bought))
    await shop.settle()
    shop.clock.pass_(10 * MINUTE)
    await shop.settle()
    assert await shop.reconcile() == ()
    assert (await shop.points(), taken(shop.paypal)) == (500, 1)


async def test_a_kill_between_approval_and_capture_takes_it_once(
    start: Start, core: Services, shop: PayPalShop, clock: Any
) -> None:
    bought = await shop.buy()
    await shop.paypal.approve(order_of(bought))
    await shop.paypal.drain()
    while await core.inbox.retry_due():
        pass
    assert (await call_of(shop, order_of(bought)), taken(shop.paypal)) == (CallStatus.WAITING, 0)
    async with (
        start() as following,
        opened_shop(following, shop.paypal, clock, PayPalShop) as other,
    ):
        await other.settle()
        assert (await other.points(), taken(shop.paypal)) == (500, 1)


async def test_while_paypal_is_away_nothing_is_charged_and_the_member_reads_why(
    shop: PayPalShop,
) -> None:
    fault = Fault(kind="drop", method="POST", path="/v2/checkout/orders", times=9)
    shop.paypal.faults.add(fault)
    with pytest.raises(Refused, match="cannot be reached right now"):
        await shop.buy()


async def test_a_foreign_purchase_on_the_same_account_is_left_alone(shop: PayPalShop) -> None:
    resource = {"id": "4CF18861HF410323U", "custom_id": "shop 7", "status": "COMPLETED"}
    shop.paypal.forge("PAYMENT.CAPTURE.COMPLETED", resource)
    await shop.settle()
    assert (await shop.points(), await shop.told("provider.event_stuck")) == (0, 0)
