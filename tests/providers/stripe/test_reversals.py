"""Money that goes back at Stripe takes its points back here. Numbers are those of the known cases.

The local Stripe is the provider: it signs and sends its events to the real door, and is asked for
the objects that they are about.
"""

import pytest

from payments.domain.values.ids import House, PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.providers.stripe.provider import StripeProvider
from tests.support.databases import on_both, only_on_sqlite
from tests.support.shop import Shop
from tests.support.web import PAYMENT, Web, event_body, sign

pytestmark = only_on_sqlite


@on_both
async def test_case_37_a_refund_made_in_stripes_dashboard_takes_the_points_back(
    paid: Shop,
) -> None:
    await paid.stripe.refund(paid.session)
    await paid.settle()
    assert await paid.points() == 0
    assert await paid.state() is PaymentState.REFUNDED
    shown = await paid.queries.payment(PaymentId(PAYMENT))
    assert shown is not None
    assert shown.state is PaymentState.REFUNDED
    assert (await paid.house(House.HELD), await paid.house(House.ISSUED)) == (0, 0)
    assert await paid.times_emitted("payment.refunded") == 1
    assert await paid.times_emitted("points.reverted") == 1


async def test_case_36_37_a_version_that_tells_only_of_the_charge_is_enough(paid: Shop) -> None:
    """Before 2024-10-28 a refund that succeeds at once is told by `charge.refunded` alone."""
    plan = paid.stripe.plan("never", "refund.*", times=None)
    await paid.stripe.refund(paid.session, amount=200)
    await paid.settle()
    assert await paid.outcomes("refund.%") == set()
    assert await paid.points() == 500 - 500 * 200 // 499
    paid.stripe.dispatcher.plans.cancel(plan)


async def test_case_38_events_of_either_shape_alone_or_together_have_one_effect(
    paid: Shop,
) -> None:
    await paid.stripe.refund(paid.session, amount=250)
    await paid.settle()
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    assert await paid.points() == 500 - 500 * 250 // 499
    assert await paid.times_emitted("payment.refunded") == 1


async def test_case_39_a_pending_refund_holds_the_points_until_it_is_known(paid: Shop) -> None:
    paid.stripe.plan_refund("pending")
    made = await paid.stripe.refund(paid.session)
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)
    await paid.stripe.succeed_refund(made["id"])
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 0)
    assert await paid.state() is PaymentState.REFUNDED


@on_both
async def test_case_39_a_pending_refund_that_fails_gives_them_back(paid: Shop) -> None:
    paid.stripe.plan_refund("pending")
    made = await paid.stripe.refund(paid.session)
    await paid.settle()
    await paid.stripe.fail_refund(made["id"])
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.state() is PaymentState.COMPLETED


async def test_case_40_a_refund_that_succeeded_and_fails_later_is_given_back_once(
    paid: Shop,
) -> None:
    made = await paid.stripe.refund(paid.session)
    await paid.settle()
    assert await paid.points() == 0
    await paid.stripe.fail_refund(made["id"])
    await paid.settle()
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.times_emitted("refund.failed") == 1


@on_both
async def test_case_42_a_refund_that_is_told_before_its_payment_ends_at_zero(shop: Shop) -> None:
    shop.stripe.plan("hold", "checkout.*", times=None)
    await shop.stripe.pay(shop.session)
    await shop.stripe.refund(shop.session)
    await shop.settle()
    assert await shop.points() == 0
    shop.stripe.release()
    await shop.settle()
    assert await shop.points() == 0
    assert await shop.state() is PaymentState.REFUNDED


@on_both
async def test_case_43_points_that_are_spent_become_debt(paid: Shop) -> None:
    await paid.spend(400)
    await paid.stripe.refund(paid.session)
    await paid.settle()
    assert await paid.points() == -400


async def test_case_44_an_inquiry_moves_no_points(paid: Shop) -> None:
    made = await paid.stripe.open_inquiry(paid.session)
    await paid.settle()
    assert await paid.points() == 500
    await paid.stripe.escalate_inquiry(made["id"])
    await paid.settle()
    assert await paid.points() == 0


@on_both
async def test_case_45_a_dispute_holds_the_points_and_a_win_gives_them_back(paid: Shop) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)
    assert await paid.state() is PaymentState.DISPUTED
    assert await paid.times_emitted("payment.disputed") == 1
    await paid.stripe.win_dispute(made["id"])
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.state() is PaymentState.COMPLETED


async def test_case_45_closed_may_come_before_created(paid: Shop) -> None:
    paid.stripe.plan("hold", "charge.dispute.created", times=1)
    made = await paid.stripe.open_dispute(paid.session)
    await paid.stripe.lose_dispute(made["id"])
    await paid.settle()
    paid.stripe.release()
    await paid.settle()
    assert await paid.points() == 0
    assert await paid.state() is PaymentState.CHARGED_BACK


async def test_case_46_a_late_win_restores_the_points(paid: Shop) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.stripe.lose_dispute(made["id"])
    await paid.settle()
    assert (await paid.points(), await paid.house(House.ISSUED)) == (0, 0)
    await paid.stripe.win_dispute(made["id"])
    await paid.settle()
    assert (await paid.points(), await paid.house(House.ISSUED)) == (500, -500)


@on_both
async def test_case_47_what_is_reinstated_of_a_lost_dispute_is_restored_in_part(
    paid: Shop,
) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.stripe.lose_dispute(made["id"])
    await paid.stripe.reinstate(made["id"], 200)
    await paid.settle()
    assert await paid.points() == 500 - 500 * (499 - 200) // 499


@on_both
async def test_case_48_refund_and_dispute_together_take_no_more_than_was_given(
    paid: Shop,
) -> None:
    await paid.stripe.refund(paid.session, amount=300)
    await paid.stripe.open_dispute(paid.session, amount=499)
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500 - 500 * 300 // 499)


@on_both
async def test_case_49_a_pending_refund_that_fails_because_of_the_dispute_takes_nothing(
    paid: Shop,
) -> None:
    paid.stripe.plan_refund("pending")
    await paid.stripe.refund(paid.session)
    await paid.settle()
    await paid.stripe.open_dispute(paid.session)  # Stripe fails the refund because of it
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)


@pytest.mark.parametrize("status", ["prevented"])
async def test_case_50_a_dispute_that_was_prevented_moves_no_points(
    paid: Shop, status: str
) -> None:
    await paid.stripe.open_dispute(paid.session, status=status)
    await paid.settle()
    assert await paid.points() == 500


async def test_case_51_a_dispute_lost_before_it_opened_is_a_loss(paid: Shop) -> None:
    await paid.stripe.open_dispute(paid.session, status="lost")
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 0)
    assert await paid.state() is PaymentState.CHARGED_BACK


async def test_a_refund_of_somebody_elses_payment_is_ignored(
    web: Web, shop: Shop, provider: StripeProvider
) -> None:
    """Another shop on the same account: its payments do not carry our metadata."""
    session = await provider.refunds._client.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 100,
                        "product_data": {"name": "A mug"},
                    },
                }
            ],
            "success_url": f"{web.url}/x",
        }
    )
    await shop.stripe.pay(session.id)
    await shop.stripe.refund(session.id)
    await shop.settle()
    assert await shop.outcomes("%") == {"ignored"}


async def test_what_cannot_be_looked_up_is_tried_again(web: Web, shop: Shop) -> None:
    body = event_body("refund.created", session={"id": "re_unknown", "object": "refund"})
    assert await web.post(body, signature=sign(body.encode(), web.clock)) == 200
    assert await shop.outcomes("refund.%") == {"pending"}
    await shop.inbox.retry_due()
    assert await shop.outcomes("refund.%") == {"failed"}
