"""Money that goes back: asked for here, or in Square's own dashboard."""

from typing import Any

import pytest

from payments.domain.errors import Refused
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, MINUTE
from payments.providers.protocol import Refusal
from payments.providers.square.pending import PENDING, REFUSED
from payments.providers.square.provider import SquareProvider
from payments.providers.square.reversals import KEY, short_key
from sandbox.base.faults import Fault
from tests.providers.square.shop import SquareShop, order_of
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, BEN, GUILD
from tests.support.sending import pass_on

pytestmark = only_on_sqlite

REFUNDS = "/v2/refunds"


def made(shop: SquareShop) -> list[Any]:
    """The refunds that there are at Square."""
    return list(shop.square.state.refunds.values())


async def test_the_whole_goes_back(shop: SquareShop) -> None:
    paid = await shop.paid()
    done = await shop.refund(paid, 499)
    assert done.refund.status is RefundStatus.PENDING, "Square's answer is never more"
    await shop.settle()
    [refund] = (await shop.now(paid)).refunds
    assert (refund.status, await shop.points()) == (RefundStatus.SUCCEEDED, 0)
    assert await shop.state(paid) is PaymentState.REFUNDED
    assert made(shop)[0].reason == f"Guildbank refund {refund.id}"


async def test_parts_go_back_and_each_is_counted_once(shop: SquareShop) -> None:
    paid = await shop.paid()
    for _ in range(2):
        await shop.refund(paid, 100)
        await shop.settle()
    after = await shop.now(paid)
    assert (len(after.refunds), after.refunded, await shop.points()) == (2, 200, 300)
    for event in [*shop.square.events("refund.updated"), *shop.square.events("refund.created")]:
        await shop.square.send_again(event["event_id"])
    await shop.settle()
    assert (len((await shop.now(paid)).refunds), await shop.points()) == (2, 300)


async def test_what_is_made_in_squares_dashboard_comes_too(shop: SquareShop) -> None:
    paid = await shop.paid()
    await shop.square.refund(order_of(paid), 100, reason="Sorry!")
    await shop.settle()
    assert ((await shop.now(paid)).refunded, await shop.points()) == (100, 400)
    await shop.square.refund(order_of(paid))
    await shop.settle()
    assert (await shop.state(paid), await shop.points()) == (PaymentState.REFUNDED, 0)


@pytest.mark.parametrize("end", ["FAILED", "REJECTED"])
async def test_a_pending_refund_holds_its_points_until_it_is_known(
    shop: SquareShop, end: str
) -> None:
    paid = await shop.paid()
    shop.square.plan_refund("PENDING")
    await shop.refund(paid, 499)
    await shop.settle()
    [refund] = (await shop.now(paid)).refunds
    assert (refund.status, await shop.points()) == (RefundStatus.PENDING, 0)
    assert refund.pending_reason in PENDING
    shop.square.plan("lose", "*", times=9)
    act = shop.square.fail_refund if end == "FAILED" else shop.square.reject_refund
    await act(made(shop)[0].id)
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    [refund] = (await shop.now(paid)).refunds
    assert (refund.status, await shop.points()) == (RefundStatus.FAILED, 500)


async def test_a_refund_that_had_arrived_may_fail(shop: SquareShop) -> None:
    paid = await shop.paid()
    await shop.refund(paid, 499)
    await shop.settle()
    await shop.square.fail_refund(made(shop)[0].id)
    await shop.settle()
    assert (await shop.points(), await shop.state(paid)) == (500, PaymentState.COMPLETED)


@pytest.mark.parametrize("done", [True, False])
async def test_an_answer_that_is_lost_makes_no_second_refund(
    shop: SquareShop, *, done: bool
) -> None:
    paid = await shop.paid()
    shop.square.faults.add(Fault(kind="drop", method="POST", path=REFUNDS, times=3, done=done))
    await shop.refund(paid, 100)
    shop.clock.pass_(10 * MINUTE)
    await shop.reconcile()
    assert (len(made(shop)), (await shop.now(paid)).refunded) == (1, 100)
    assert (len((await shop.now(paid)).refunds), await shop.points()) == (1, 400)


async def test_what_is_disputed_is_refused_by_square(shop: SquareShop) -> None:
    paid = await shop.paid()
    shop.square.lose_next_message()
    await shop.square.dispute(order_of(paid))
    done = await shop.refund(paid, 100)
    assert (done.refund.status, done.why) == (RefundStatus.WITHDRAWN, Refusal.DISPUTED)
    assert await shop.points() == 500


async def test_more_than_is_left_is_refused_in_a_sentence(shop: SquareShop) -> None:
    paid = await shop.paid()
    shop.square.plan("lose", "*", times=9)
    await shop.square.refund(order_of(paid), 400)
    done = await shop.refund(paid, 200)
    assert done.problem == "REFUND_AMOUNT_INVALID"
    assert str(done.refusal) == str(REFUSED["REFUND_AMOUNT_INVALID"])
    with pytest.raises(Refused):
        await shop.refund(paid, 500)


async def test_a_refund_because_of_fraud_reaches_what_was_passed_on(shop: SquareShop) -> None:
    paid = await shop.paid()
    shop.clock.pass_(30 * DAY)
    await pass_on(shop.core.runner, shop.clock, ADA, BEN, 300)
    done = await shop.refund(paid, 499, fraudulent=True)
    await shop.settle()
    assert done.refund.is_fraud
    left = await shop.core.queries.balance(GUILD, BEN, shop.clock())
    assert (await shop.points(), left.points) == (0, 0)


def test_keys_are_never_longer_than_square_takes() -> None:
    """An attempt with two digits makes our own key one too long."""
    refund = "01890000-0000-7000-8000-000000000001:refund"
    assert short_key(f"{refund}:1") == f"{refund}:1"
    keys = {short_key(f"{refund}:{attempt}") for attempt in range(1, 200)}
    assert len(keys) == 199
    assert max(map(len, keys)) == KEY
    assert short_key(f"{refund}:10") == short_key(f"{refund}:10")


async def test_the_fee_is_known_once_it_is_booked(
    shop: SquareShop, provider: SquareProvider
) -> None:
    paid = await shop.paid()
    assert paid.intent is not None
    assert await provider.refunds.fee_of(paid.intent) is None
    await shop.square.book_fee(paid.intent)
    fee = await provider.refunds.fee_of(paid.intent)
    assert fee is not None
    assert (fee.currency, fee.minor) == ("EUR", shop.square.state.payments[paid.intent].fee)
