"""Disputes over their whole life: asked only, opened, decided, and decided again."""

import pytest

from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import MINUTE
from payments.providers.square.provider import SquareProvider
from tests.providers.square.shop import SquareShop, order_of
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite


async def test_an_inquiry_moves_nothing(shop: SquareShop) -> None:
    paid = await shop.paid()
    made = await shop.square.dispute(order_of(paid), inquiry=True)
    await shop.settle()
    assert (await shop.state(paid), await shop.points()) == (PaymentState.COMPLETED, 500)
    await shop.square.answer_dispute(made["id"])
    await shop.square.resolve_dispute(made["id"])
    await shop.settle()
    [dispute] = (await shop.now(paid)).disputes
    assert (dispute.status, await shop.points()) == (DisputeStatus.INQUIRY, 500)


async def test_an_inquiry_may_become_a_dispute(shop: SquareShop) -> None:
    paid = await shop.paid()
    made = await shop.square.dispute(order_of(paid), inquiry=True)
    await shop.square.escalate(made["id"])
    await shop.settle()
    assert (await shop.state(paid), await shop.points()) == (PaymentState.DISPUTED, 0)


@pytest.mark.parametrize(
    ("outcome", "points", "state"),
    [
        ("WON", 500, PaymentState.COMPLETED),
        ("LOST", 0, PaymentState.CHARGED_BACK),
        ("ACCEPTED", 0, PaymentState.CHARGED_BACK),
    ],
)
async def test_outcomes(shop: SquareShop, outcome: str, points: int, state: PaymentState) -> None:
    paid = await shop.paid()
    made = await shop.square.dispute(order_of(paid))
    await shop.settle()
    assert await shop.points() == 0
    await shop.square.answer_dispute(made["id"])
    await shop.square.resolve_dispute(made["id"], outcome)
    await shop.settle()
    assert (await shop.points(), await shop.state(paid)) == (points, state)


async def test_a_dispute_of_a_part_takes_a_part(shop: SquareShop) -> None:
    paid = await shop.paid()
    await shop.square.dispute(order_of(paid), amount=100)
    await shop.settle()
    assert await shop.points() == 400


async def test_an_event_that_is_older_than_its_dispute_tells_how_it_is_now(
    shop: SquareShop,
) -> None:
    paid = await shop.paid()
    shop.square.plan("lose", "*", times=2)
    made = await shop.square.dispute(order_of(paid))
    await shop.square.resolve_dispute(made["id"], "WON")
    [created] = shop.square.events("dispute.created")
    await shop.square.send_again(created["event_id"])
    await shop.settle()
    assert (await shop.points(), await shop.state(paid)) == (500, PaymentState.COMPLETED)


async def test_a_dispute_before_any_message_of_its_payment(shop: SquareShop) -> None:
    bought = await shop.buy()
    shop.square.plan("lose", "payment.*", times=9)
    await shop.square.pay(order_of(bought))
    await shop.square.dispute(order_of(bought))
    await shop.settle()
    assert (await shop.state(bought), await shop.points()) == (PaymentState.DISPUTED, 0)


async def test_an_end_that_nobody_told_is_looked_up(shop: SquareShop) -> None:
    paid = await shop.paid()
    made = await shop.square.dispute(order_of(paid))
    await shop.settle()
    shop.square.plan("lose", "*", times=9)
    await shop.square.resolve_dispute(made["id"], "WON")
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert await shop.points() == 500


async def test_people_answer_disputes_at_square_itself(provider: SquareProvider) -> None:
    assert provider.disputes.page("D1", livemode=False) is None, "the local one has no such page"
